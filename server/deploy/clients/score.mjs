// Scores one row with a picture over gRPC: node score.mjs HOST:PORT PICTURE. Needs @grpc/grpc-js and
// @grpc/proto-loader; the proto is read as it is, in the unpacked server or in the sources.
import { readFileSync } from 'node:fs';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [address, picture] = process.argv.slice(2);
const proto = loader.loadSync('amulet/v1/scoring.proto', { includeDirs: ['proto', 'server/src/main/proto'] });
const { Scoring } = grpc.loadPackageDefinition(proto).amulet.v1;
const scoring = new Scoring(address, grpc.credentials.createInsecure());
const cells = { photo: { image: readFileSync(picture) }, area: { number: 120.5 } };
scoring.Score({ rows: [{ cells }] }, { deadline: Date.now() + 10_000 }, (problem, answer) => {
  console.log(problem ? problem.message : answer.outputs[0].value);
  scoring.close();
});
