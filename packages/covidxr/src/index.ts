export {
  type Classification,
  type Classifier,
  loadClassifier,
} from "./facade/load-classifier.js";
export {
  type ClassifierProgress,
  type TrainClassifierOptions,
  type TrainedClassifier,
  trainClassifier,
} from "./facade/train-classifier.js";
