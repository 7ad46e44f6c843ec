package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.server.Served.Answer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class H2oApiTest {
  private static Served served;

  @BeforeAll
  static void start() throws IOException {
    served = Served.golden();
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  @Test
  void sampleRequestPipedIntoScoreWorksForEveryTask() throws Exception {
    for (String model : List.of("regression", "binary", "multiclass")) {
      String sample = served.get("/model/sample_request?model=" + model).text();
      Answer answer = served.json("/model/score?model=" + model, sample);
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      JsonNode schema = served.get("/model/schema?model=" + model).json();
      JsonNode outputs = schema.at("/schema/outputFields");
      assertThat(answer.json().get("fields")).hasSize(outputs.size());
      assertThat(answer.json().at("/score/0")).hasSize(outputs.size());
      assertThat(answer.json().get("id").asText())
          .isEqualTo(served.get("/model/id?model=" + model).text())
          .isEqualTo(schema.get("id").asText());
    }
  }

  @Test
  void mediaScoreTakesThreeFiles() throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : List.of("h", "i", "j")) {
      files.put(name + ".png", Served.picture(name));
    }
    String request =
        """
        {"fields":["area","garage","kind","zip","photo","plans","note","built"],
         "mediaFields":["photo"],
         "includeFieldsInOutput":["photo","key"], "idField":"key",
         "rows":[["1","true","flat","85255","h.png",null,"",""],
                 ["1","true","flat","85255","i.png",null,"",""],
                 ["1","true","flat","85255","j.png",null,"",""]]}\
        """;
    Answer answer =
        served.form(
            "/model/media-score?model=regression",
            Map.of("scoreMediaRequest", request),
            files,
            "files");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.get("fields").toString()).isEqualTo("[\"photo\",\"key\",\"target\"]");
    assertThat(json.get("score")).hasSize(3);
    assertThat(json.at("/score/1/0").asText()).isEqualTo("i.png");
    assertThat(json.at("/score/0/1").asText()).isNotEqualTo(json.at("/score/1/1").asText());
    assertThat(json.at("/score/0/2").asText()).isNotEqualTo(json.at("/score/1/2").asText());
    Answer missing =
        served.form(
            "/model/media-score?model=regression",
            Map.of("scoreMediaRequest", request),
            Map.of("h.png", Served.picture("h")),
            "files");
    assertThat(missing.status()).isEqualTo(400);
    assertThat(missing.json().get("field").asText()).isEqualTo("rows[1][4]");
  }

  @Test
  void contributionsAddUpAndIntervalsEncloseTheScore() throws Exception {
    String sample = served.get("/model/sample_request?model=regression").text();
    String asked =
        sample.replaceFirst(
            "\\{",
            "{\"requestShapleyValueType\":\"ORIGINAL\",\"requestPredictionIntervals\":true,");
    Answer answer = served.json("/model/score?model=regression", asked);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode json = answer.json();
    JsonNode features = json.at("/featureShapleyContributions/features");
    assertThat(features).hasSize(9);
    assertThat(features.get(8).asText()).isEqualTo("contrib_bias");
    assertThat(json.at("/featureShapleyContributions/contributionGroups/0/contributions/0"))
        .hasSize(9);
    double score = json.at("/score/0/0").asDouble();
    assertThat(json.at("/predictionIntervals/rows/0/0").asDouble()).isLessThanOrEqualTo(score);
    assertThat(json.at("/predictionIntervals/rows/0/1").asDouble()).isGreaterThanOrEqualTo(score);
    Answer groups =
        served.json(
            "/model/contribution?model=multiclass",
            served
                .get("/model/sample_request?model=multiclass")
                .text()
                .replaceFirst("\\{", "{\"requestShapleyValueType\":\"TRANSFORMED\","));
    assertThat(groups.json().at("/contributionGroups/2/outputGroup").asText()).isEqualTo("dear");
  }

  @Test
  void askingForWhatTheModelLacksIsARequestError() throws Exception {
    String sample = served.get("/model/sample_request?model=binary").text();
    Answer answer =
        served.json(
            "/model/score?model=binary",
            sample.replaceFirst("\\{", "{\"requestPredictionIntervals\":true,"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("detail").asText()).contains("intervals");
    assertThat(served.get("/model/capabilities?model=binary").text())
        .contains("SCORE", "CONTRIBUTION_ORIGINAL", "MEDIA")
        .doesNotContain("INTERVAL");
  }

  @Test
  void aBadRowLeavesTheOthersTheirScoresWhenAsked() throws Exception {
    String body =
        """
        {"rowErrors":true,
         "fields":["area","garage","kind","zip","photo","plans","note","built","extra"],
         "rows":[[1,true,"flat","85255",null,null,"","",7],
                 ["much",true,"flat","85255",null,null,"","",7],
                 [2,true,"flat","85255",null,null,"","",7]]}\
        """;
    Answer answer = served.json("/model/score?model=regression", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().at("/score/1/0").asText()).isEmpty();
    assertThat(answer.json().at("/score/2/0").asText()).isNotEmpty();
    assertThat(answer.json().at("/errors/0/row").intValue()).isEqualTo(1);
    assertThat(answer.json().at("/errors/0/code").asText()).isEqualTo("INVALID_VALUE");
    Answer strict =
        served.json("/model/score?model=regression", body.replace("true,\n", "false,\n"));
    assertThat(strict.status()).isEqualTo(400);
    assertThat(strict.json().get("row").intValue()).isEqualTo(1);
    assertThat(strict.json().get("field").asText()).isEqualTo("area");
  }
}
