// The order is what this file is for: nobody else imports the library.
import './without-telemetry';
import * as ort from 'onnxruntime-node';

export { ort };
