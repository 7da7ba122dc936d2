/** A file of weights is damaged or holds another network; the message says which, without the file's name. */
export class WeightsFault extends Error {}
