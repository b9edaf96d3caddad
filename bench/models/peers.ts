/** Where the peers find their own files: at addresses of the server that the page comes from, and nowhere else. */
export const PEERS = '/peers/';
/** The folder below it with configuration and ONNX file. */
export const PEER_MODEL = 'model';
