export { streams as measureStreams } from '../../core/random-streams';
