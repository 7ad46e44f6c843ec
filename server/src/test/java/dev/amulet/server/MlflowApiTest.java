package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.server.Served.Answer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MlflowApiTest {
  @Test
  void fourShapesAndCsvGiveTheSameScores() throws Exception {
    try (Served served = Served.golden()) {
      byte[] csv =
          ("area,kind,garage,zip,photo,plans,note,built\n" + "120.5,flat,,,,,,\n7,house,,,,,,\n")
              .getBytes(StandardCharsets.UTF_8);
      Answer table = served.post("/invocations?model=regression", "text/csv", csv);
      assertThat(table.status()).as(table.text()).isEqualTo(200);
      JsonNode expected = table.json().get("predictions");
      assertThat(expected).hasSize(2);
      assertThat(expected.get(0)).isNotEqualTo(expected.get(1));
      for (String body :
          List.of(
              "{\"dataframe_split\":{\"columns\":[\"kind\",\"area\"],"
                  + "\"data\":[[\"flat\",120.5],[\"house\",7]]}}",
              "{\"dataframe_records\":[{\"area\":120.5,\"kind\":\"flat\"},{\"area\":\"7\",\"kind\":\"house\"}]}",
              "{\"instances\":[{\"area\":120.5,\"kind\":\"flat\"},{\"area\":7,\"kind\":\"house\"}]}",
              "{\"instances\":[[120.5,null,\"flat\",null,null,null,null,null],"
                  + "[7,null,\"house\",null,null,null,null,null]]}",
              "{\"inputs\":{\"area\":[120.5,7],\"kind\":[\"flat\",\"house\"]},\"params\":{}}")) {
        Answer answer = served.json("/invocations?model=regression", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("predictions")).as(body).isEqualTo(expected);
      }
      Answer classes =
          served.json("/invocations?model=multiclass", "{\"instances\":[{\"area\":1}]}");
      assertThat(classes.json().get("classes").toString())
          .isEqualTo("[\"cheap\",\"fair\",\"dear\"]");
      assertThat(classes.json().at("/probabilities/0")).hasSize(3);
      Answer two = served.json("/invocations?model=regression", "{\"instances\":[],\"inputs\":{}}");
      assertThat(two.status()).isEqualTo(400);
    }
  }

  @Test
  void linesComeBackInOrderWithErrorsInTheirPlaces() throws Exception {
    try (Served served = Served.golden()) {
      String lines =
          "{\"area\":120.5,\"kind\":\"flat\"}\n\n"
              + "not json\n"
              + "{\"acre\":1}\n"
              + "{\"area\":7,\"kind\":\"house\"}\r\n";
      Answer answer =
          served.post(
              "/invocations?model=regression",
              "application/x-ndjson",
              lines.getBytes(StandardCharsets.UTF_8));
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      List<String> out = answer.text().lines().toList();
      assertThat(out).hasSize(4);
      assertThat(Served.JSON.readTree(out.get(1)).get("code").asText()).isEqualTo("INVALID_VALUE");
      assertThat(out.get(2)).contains("acre");
      JsonNode rows =
          served
              .json(
                  "/invocations?model=regression",
                  "{\"instances\":[{\"area\":120.5,\"kind\":\"flat\"},{\"area\":7,\"kind\":\"house\"}]}")
              .json()
              .get("predictions");
      assertThat(Served.JSON.readTree(out.get(0)).get("prediction")).isEqualTo(rows.get(0));
      assertThat(Served.JSON.readTree(out.get(3)).get("prediction")).isEqualTo(rows.get(1));
    }
  }

  @Test
  void answersAreLoggedWithoutWhatWasAsked() throws Exception {
    List<String> log = new java.util.concurrent.CopyOnWriteArrayList<>();
    ServerConfig config = ServerConfig.builder().httpPort(0).grpcPort(-1).pollMs(0).build();
    try (ScoringServer server =
        ScoringServer.start(Served.GOLDEN.resolve("regression.amulet"), config, log::add)) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + server.httpPort() + "/invocations"))
              .header("Content-Type", "application/json")
              .header("X-Request-Id", "abc-1")
              .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
              .POST(HttpRequest.BodyPublishers.ofString("{\"instances\":[{\"note\":\"secret\"}]}"))
              .build();
      HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
    }
    assertThat(log).hasSize(1);
    JsonNode line = Served.JSON.readTree(log.get(0));
    assertThat(line.get("status").intValue()).isEqualTo(200);
    assertThat(line.get("route").asText()).isEqualTo("/invocations");
    assertThat(line.get("request_id").asText()).isEqualTo("abc-1");
    assertThat(line.get("trace_id").asText()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(log.get(0)).doesNotContain("secret");
  }
}
