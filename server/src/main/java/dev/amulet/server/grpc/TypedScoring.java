package dev.amulet.server.grpc;

import com.google.protobuf.ByteString;
import dev.amulet.runtime.Contributions;
import dev.amulet.runtime.FeatureSpace;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.ScoringException;
import dev.amulet.server.grpc.v1.CellValue;
import dev.amulet.server.grpc.v1.InputRow;
import dev.amulet.server.grpc.v1.RowError;
import dev.amulet.server.grpc.v1.ScoreRequest;
import dev.amulet.server.grpc.v1.ScoreResponse;
import dev.amulet.server.grpc.v1.ScoredOutput;
import dev.amulet.server.grpc.v1.ScoringGrpc;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestContext;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.wire.Problems;
import dev.amulet.server.wire.RowBatch;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The service {@code amulet.v1.Scoring}. */
final class TypedScoring extends ScoringGrpc.ScoringImplBase {
  private final GrpcCalls calls;

  TypedScoring(GrpcCalls calls) {
    this.calls = calls;
  }

  @Override
  public void score(ScoreRequest request, StreamObserver<ScoreResponse> observer) {
    calls.score("Score", observer, context -> answer(context, request));
  }

  @Override
  public StreamObserver<ScoreRequest> scoreStream(StreamObserver<ScoreResponse> observer) {
    return new InOrder<>(calls, "ScoreStream", observer) {
      @Override
      CompletableFuture<ScoreResponse> answer(RequestContext context, ScoreRequest request) {
        return TypedScoring.this.answer(context, request);
      }

      @Override
      @Nullable ScoreResponse failed(Throwable failure, RequestContext context) {
        return null;
      }
    };
  }

  private CompletableFuture<ScoreResponse> answer(RequestContext context, ScoreRequest request) {
    ModelVersion.Lease lease =
        calls.service().repository().lease(request.getModel(), request.getVersion());
    try {
      ModelVersion model = lease.model();
      RowBatch batch = new RowBatch(model, calls.settings().maxRows());
      for (InputRow row : request.getRowsList()) {
        fill(batch, row);
      }
      if (batch.rows().isEmpty()) {
        throw RequestException.invalid("rows", "no rows");
      }
      return calls
          .service()
          .score(context, lease, batch.rows(), batch.errors(), options(request))
          .thenApply(rows -> response(model, request, rows));
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  private static void fill(RowBatch batch, InputRow row) {
    batch.add();
    int index = batch.rows().size() - 1;
    for (Map.Entry<String, CellValue> cell : row.getCellsMap().entrySet()) {
      String place = "rows[" + index + "].cells." + cell.getKey();
      int column = batch.column(cell.getKey(), place);
      CellValue value = cell.getValue();
      if (value.hasImage()) {
        batch.set(index, column, List.of(value.getImage().toByteArray()));
      } else if (value.hasImages()) {
        batch.set(
            index,
            column,
            value.getImages().getFilesList().stream().map(ByteString::toByteArray).toList());
      } else {
        batch.set(index, column, plain(value));
      }
    }
  }

  private static @Nullable Object plain(CellValue value) {
    return switch (value.getKindCase()) {
      case TEXT -> value.getText();
      case NUMBER -> value.getNumber();
      case INTEGER -> value.getInteger();
      case FLAG -> value.getFlag();
      default -> null;
    };
  }

  private static ScoreOptions options(ScoreRequest request) {
    ScoreOptions.Builder options = ScoreOptions.builder();
    if (request.getContributions()) {
      options.contributions(FeatureSpace.ORIGINAL);
    }
    if (request.getIntervals()) {
      options.intervals();
    }
    return options.build();
  }

  private static ScoreResponse response(
      ModelVersion model, ScoreRequest request, List<ScoredRow> rows) {
    if (!request.getRowErrors()) {
      Problems.requireScores(rows);
    }
    ScoreResponse.Builder response =
        ScoreResponse.newBuilder()
            .setModel(model.name())
            .setVersion(model.version())
            .setAmuletId(model.id())
            .addAllClasses(model.schema().classes());
    for (ScoredRow row : rows) {
      ScoredOutput.Builder output = response.addOutputsBuilder();
      Prediction prediction = row.prediction();
      ScoringException error = row.error();
      if (prediction != null) {
        fill(output, prediction, request);
        if (request.getContributions() && response.getContributionNamesCount() == 0) {
          response.addAllContributionNames(prediction.contributions(FeatureSpace.ORIGINAL).names());
        }
      } else if (error != null) {
        output.setError(
            RowError.newBuilder()
                .setCode(error.reason().code())
                .setColumn(error.column() == null ? "" : error.column())
                .setMessage(String.valueOf(error.getMessage())));
      }
    }
    return response.build();
  }

  private static void fill(
      ScoredOutput.Builder output, Prediction prediction, ScoreRequest request) {
    output.setValue(prediction.value());
    if (prediction.classIndex() >= 0) {
      output.setLabel(prediction.label());
      for (double probability : prediction.probabilities()) {
        output.addProbabilities(probability);
      }
    }
    if (request.getIntervals()) {
      output.setLower(prediction.lower()).setUpper(prediction.upper());
    }
    if (request.getContributions()) {
      Contributions contributions = prediction.contributions(FeatureSpace.ORIGINAL);
      for (int i = 0; i < contributions.outputs(); i++) {
        for (double value : contributions.values(i)) {
          output.addContributions(value);
        }
        output.addContributions(contributions.bias(i));
      }
    }
  }
}
