package dev.amulet.server.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.ActivationMap;
import dev.amulet.runtime.Contributions;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.ScoringException;
import dev.amulet.server.model.ModelVersion;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What H2O's REST scorer answers. Cells are texts; of a row without a score they are empty, and
 * {@code errors} says why; of one that was scored without an image that cannot be used, {@code
 * warnings} does (ours).
 */
public final class H2oResponse {
  private final ModelVersion model;
  private final H2oRequest request;
  private final List<ScoredRow> rows;

  /** Checks that every row has a score, unless the request wants errors by row. */
  public H2oResponse(ModelVersion model, H2oRequest request, List<ScoredRow> rows) {
    this.model = model;
    this.request = request;
    this.rows = rows;
    if (!request.rowErrors()) {
      Problems.requireScores(rows);
    }
  }

  /** A ScoreResponse. */
  public ObjectNode score() {
    ObjectNode json = Json.object().put("id", model.id());
    List<String> outputs = H2oSchema.outputs(model);
    if (request.fieldNames()) {
      ArrayNode fields = json.putArray("fields");
      request.copied().forEach(fields::add);
      outputs.forEach(fields::add);
    }
    ArrayNode score = json.putArray("score");
    for (int i = 0; i < rows.size(); i++) {
      ArrayNode cells = score.addArray();
      if (!request.copies().isEmpty()) {
        request.copies().get(i).forEach(cells::add);
      }
      addScore(cells, rows.get(i).prediction(), outputs.size());
    }
    if (request.contributions() != null) {
      json.set("featureShapleyContributions", contributions());
    }
    if (request.intervals()) {
      json.set("predictionIntervals", intervals());
    }
    if (request.heatmaps()) {
      json.set("heatmaps", heatmaps());
    }
    addErrors(json);
    return json;
  }

  private void addScore(ArrayNode cells, @Nullable Prediction prediction, int width) {
    for (int i = 0; i < width; i++) {
      if (prediction == null) {
        cells.add("");
      } else if (model.schema().task() == Task.REGRESSION) {
        cells.add(Double.toString(prediction.value()));
      } else {
        cells.add(Double.toString(prediction.probability(i)));
      }
    }
  }

  private ObjectNode intervals() {
    ObjectNode json = Json.object();
    String target = model.schema().target();
    json.putArray("fields").add(target + ".lower").add(target + ".upper");
    ArrayNode all = json.putArray("rows");
    for (ScoredRow row : rows) {
      Prediction prediction = row.prediction();
      ArrayNode cells = all.addArray();
      cells.add(prediction == null ? "" : Double.toString(prediction.lower()));
      cells.add(prediction == null ? "" : Double.toString(prediction.upper()));
    }
    return json;
  }

  /** A ContributionResponse. */
  public ObjectNode contributions() {
    ObjectNode json = Json.object();
    Contributions first = null;
    for (ScoredRow row : rows) {
      first = first == null ? of(row) : first;
    }
    ArrayNode features = json.putArray("features");
    ArrayNode groups = json.putArray("contributionGroups");
    if (first == null) {
      return json;
    }
    first.names().forEach(name -> features.add("contrib_" + name));
    features.add("contrib_bias");
    for (int output = 0; output < first.outputs(); output++) {
      ObjectNode group = groups.addObject();
      if (first.outputs() > 1) {
        group.put("outputGroup", model.schema().classes().get(output));
      }
      ArrayNode all = group.putArray("contributions");
      for (ScoredRow row : rows) {
        add(all.addArray(), of(row), output, first.names().size());
      }
    }
    return json;
  }

  private static void add(
      ArrayNode cells, @Nullable Contributions contributions, int output, int features) {
    for (int i = 0; i < features; i++) {
      cells.add(contributions == null ? "" : Double.toString(contributions.value(output, i)));
    }
    cells.add(contributions == null ? "" : Double.toString(contributions.bias(output)));
  }

  private @Nullable Contributions of(ScoredRow row) {
    Prediction prediction = row.prediction();
    return prediction == null || request.contributions() == null
        ? null
        : prediction.contributions(request.contributions());
  }

  private ArrayNode heatmaps() {
    ArrayNode all = Json.array();
    for (ScoredRow row : rows) {
      ArrayNode maps = all.addArray();
      Prediction prediction = row.prediction();
      if (prediction != null) {
        int shown = Math.max(0, prediction.classIndex());
        for (ActivationMap map : prediction.activationMaps()) {
          maps.addObject()
              .put("column", map.column())
              .put("image", map.image())
              .put("png", Base64.getEncoder().encodeToString(map.overlayPng(shown)));
        }
      }
    }
    return all;
  }

  private void addErrors(ObjectNode json) {
    ArrayNode errors = Json.array();
    ArrayNode warnings = Json.array();
    for (int i = 0; i < rows.size(); i++) {
      ScoringException error = rows.get(i).error();
      if (error != null) {
        add(errors, i, error);
      }
      Prediction prediction = rows.get(i).prediction();
      ScoringException unused = prediction == null ? null : prediction.imageProblem();
      if (unused != null) {
        add(warnings, i, unused);
      }
    }
    if (!errors.isEmpty()) {
      json.set("errors", errors);
    }
    if (!warnings.isEmpty()) {
      json.set("warnings", warnings);
    }
  }

  private static void add(ArrayNode all, int row, ScoringException problem) {
    ObjectNode json =
        all.addObject()
            .put("row", row)
            .put("code", problem.reason().name())
            .put("error", problem.getMessage());
    if (problem.column() != null) {
      json.put("field", problem.column());
    }
  }
}
