/** File that marks a folder as synthetic; it is the first thing written. */
export const NOTICE = "SYNTHETIC.txt";

export const NOTICE_TEXT = `SYNTHETIC DATA

Every radiograph, patient and finding in this folder was drawn by a program (@covidxr/phantom). Nothing here comes
from a person, and no figure computed from it says anything about a disease or a diagnostic method. The folder has
the shape of a real study so that software can be tried out on it.

Some files are faulty on purpose: one listed image may be missing, and one may be cut off.
Lateral views and CT scans are listed in metadata.csv and not drawn.
`;
