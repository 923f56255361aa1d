import { VGG19_BLOCKS } from "../../../model/src/network/vgg19.js";

// Loaded before a program: an eighth of the filters, so that whole runs take seconds. Everything else is the study's network.
for (const block of VGG19_BLOCKS) Object.assign(block, { filters: block.filters / 8 });
