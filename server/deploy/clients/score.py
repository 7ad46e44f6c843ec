"""Scores one row with a picture over gRPC: score.py HOST:PORT PICTURE. Stubs come from
python3 -m grpc_tools.protoc -I proto --python_out=. --grpc_python_out=. amulet/v1/scoring.proto
(in the sources the folder is server/src/main/proto)."""
import sys

import grpc
from amulet.v1 import scoring_pb2, scoring_pb2_grpc

address, picture = sys.argv[1:]
with grpc.insecure_channel(address) as channel, open(picture, "rb") as file:
    row = scoring_pb2.InputRow(cells={
        "photo": scoring_pb2.CellValue(image=file.read()),
        "area": scoring_pb2.CellValue(number=120.5),
    })
    answer = scoring_pb2_grpc.ScoringStub(channel).Score(
        scoring_pb2.ScoreRequest(rows=[row], contributions=True), timeout=10)
    print(answer.outputs[0].value, dict(zip(answer.contribution_names, answer.outputs[0].contributions)))
