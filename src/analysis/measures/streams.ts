export { streams as measureStreams } from '../../shared/random-streams';
