package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.server.Served.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusContractTest {
  private static final String INFER = "/v2/models/regression/infer";
  private static Served served;

  @BeforeAll
  static void start() throws IOException {
    served = Served.of(Served.GOLDEN, config -> config.maxBodyBytes(100_000).maxRows(50));
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  private static void refused(Answer answer, int status, String... parts) throws IOException {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    JsonNode json = answer.json();
    for (String part : parts) {
      assertThat(json.get("error").asText()).contains(part);
    }
    assertThat(json.get("detail")).isEqualTo(json.get("error"));
    assertThat(answer.text()).doesNotContain("Exception", "\tat ", "dev.amulet");
    assertThat(answer.header("X-Request-Id")).isEqualTo(json.get("request_id").asText());
  }

  @Test
  void whatIsMalformedIsARequestError() throws Exception {
    for (String body :
        List.of(
            "",
            "{",
            "[]",
            "{\"inputs\":1}",
            "{\"inputs\":[]}",
            "{\"inputs\":[3]}",
            "{\"a\":1,\"a\":2}",
            "{\"inputs\":[]} x",
            "[".repeat(90_000))) {
      refused(served.json(INFER, body), 400);
    }
  }

  @Test
  void tensorsThatDoNotFitAreToldByFieldPath() throws Exception {
    for (List<String> bad :
        List.of(
            List.of("\"shape\":[2]", "[1]", "inputs[0].data"),
            List.of("\"shape\":[-1]", "[1]", "inputs[0].shape"),
            List.of("\"shape\":[16,1152921504606846978]", "[1]", "inputs[0].shape"),
            List.of("\"shape\":[1.5]", "[1]", "inputs[0].shape"),
            List.of("\"shape\":[1]", "[\"x\"]", "inputs[0].data[0]"),
            List.of("\"shape\":[1]", "[1,2]", "inputs[0].data"),
            List.of("\"shape\":[1,2]", "[1,2]", "inputs[0].shape"))) {
      String body =
          "{\"inputs\":[{\"name\":\"area\",\"datatype\":\"FP64\","
              + bad.get(0)
              + ",\"data\":"
              + bad.get(1)
              + "}]}";
      Answer answer = served.json(INFER, body);
      refused(answer, 400);
      assertThat(answer.json().get("field").asText()).isEqualTo(bad.get(2));
    }
    Answer unknown =
        served.json(
            INFER,
            "{\"inputs\":[{\"name\":\"acre\",\"datatype\":\"FP64\",\"shape\":[1],\"data\":[1]}]}");
    refused(unknown, 400, "acre", "area");
    assertThat(unknown.json().get("field").asText()).isEqualTo("inputs[0].name");
  }

  @Test
  void unknownMembersAreNoErrorAndTheIdComesBack() throws Exception {
    Answer answer =
        served.json(
            INFER,
            """
            {"id":"42","surprise":{"a":[1]},"parameters":{"priority":1},
             "inputs":[{"name":"area","datatype":"FP64","shape":[2,1],"data":[[1],[null]],"x":1}],
             "outputs":[{"name":"target.lower"},{"name":"target"},{"name":"contributions"}]}\
            """,
            "X-Request-Id",
            "my-id.1");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.header("X-Request-Id")).isEqualTo("my-id.1");
    JsonNode json = answer.json();
    assertThat(json.get("id").asText()).isEqualTo("42");
    assertThat(json.get("model_version").asText()).isEqualTo("1");
    assertThat(json.at("/outputs/0/name").asText()).isEqualTo("target.lower");
    assertThat(json.at("/outputs/2/shape").toString()).isEqualTo("[2,9]");
    refused(
        served.json(
            INFER,
            "{\"inputs\":[{\"name\":\"area\",\"datatype\":\"FP64\",\"shape\":[1],\"data\":[1]}],"
                + "\"outputs\":[{\"name\":\"target\"},{\"name\":\"target\"}]}"),
        400,
        "twice");
  }

  @Test
  void binaryFramesThatLieAreRequestErrors() throws Exception {
    String json =
        "{\"inputs\":[{\"name\":\"area\",\"datatype\":\"FP64\",\"shape\":[1],"
            + "\"parameters\":{\"binary_data_size\":8}}]}";
    byte[] body = (json + "12345678").getBytes(StandardCharsets.US_ASCII);
    String type = "application/octet-stream";
    String header = "Inference-Header-Content-Length";
    assertThat(served.post(INFER, type, body, header, "" + json.length()).status()).isEqualTo(200);
    for (String length : List.of("-1", "99999999999", "" + (body.length + 1), "x", "3", "0")) {
      refused(served.post(INFER, type, body, header, length), 400);
    }
    byte[] more = (json + "123456789").getBytes(StandardCharsets.US_ASCII);
    refused(served.post(INFER, type, more, header, "" + json.length()), 400, "1 bytes");
    byte[] lying = (json.replace(":8", ":9") + "123456789").getBytes(StandardCharsets.US_ASCII);
    refused(served.post(INFER, type, lying, header, "" + json.length()), 400, "8");
  }

  @Test
  void pathsMethodsAndTypesHaveTheirCodes() throws Exception {
    refused(served.get("/nowhere"), 404);
    refused(served.get("/V2"), 404);
    refused(served.get("/v2/models/none"), 404, "none");
    refused(served.json("/v2/models/regression/versions/9/infer", "{}"), 404, "9");
    refused(served.json("/model/score", "{}"), 400, "several models");
    Answer method = served.get("/model/score");
    refused(method, 405);
    assertThat(method.header("Allow")).isEqualTo("POST");
    refused(served.post("/invocations?model=binary", "application/xml", new byte[] {'<'}), 415);
    refused(
        served.post(
            "/invocations?model=binary", "application/json; charset=utf-16", new byte[] {'{', '}'}),
        415);
    assertThat(served.get("/v2/").status()).isEqualTo(200);
    assertThat(served.get("/v2/models/regression/ready").text()).contains("\"ready\":true");
    assertThat(served.get("/v2/models/none/ready").json().get("ready").booleanValue()).isFalse();
  }

  @Test
  void picturesThatCannotBeUsedAreTheRowsFault(@TempDir Path folder) throws Exception {
    Variants.save(
        folder.resolve("strict.amulet"),
        manifest ->
            manifest.getSchemaBuilder().getColumnsBuilderList().stream()
                .filter(column -> column.getType() == ColumnType.IMAGE)
                .forEach(column -> column.getImageBuilder().setMissing(MissingImage.FAIL_ROW)));
    byte[] cut = Arrays.copyOf(Served.picture("h"), 60);
    String path = "/model/score?image_column=photo";
    try (Served strict = Served.of(folder, config -> config.verify(false))) {
      Answer answer = strict.post(path, "image/png", cut);
      refused(answer, 422, "row 0", "photo");
      assertThat(answer.json().get("code").asText()).isEqualTo("BAD_IMAGE");
      assertThat(answer.json().get("row").intValue()).isEqualTo(0);
      assertThat(answer.json().get("field").asText()).isEqualTo("photo");
    }
    Answer lenient = served.post(path + "&model=regression", "image/png", cut);
    assertThat(lenient.status()).isEqualTo(200);
    assertThat(lenient.json().at("/warnings/0/code").asText()).isEqualTo("BAD_IMAGE");
  }

  @Test
  void tooMuchIsRefusedBeforeItIsRead() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", served.server.httpPort())) {
      socket.setSoTimeout(20_000);
      String head =
          "POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
              + "Content-Length: 100001\r\nExpect: 100-continue\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String reply = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(reply).startsWith("HTTP/1.1 413").contains("100000 bytes");
    }
    String rows = "area,garage,kind,zip,photo,plans,note,built\n" + "1,,,,,,,\n".repeat(51);
    refused(
        served.post(
            "/invocations?model=regression", "text/csv", rows.getBytes(StandardCharsets.US_ASCII)),
        413,
        "50 rows");
  }

  @Test
  void aDeadlineThatHasPassedIsNeverRun() throws Exception {
    Answer answer =
        served.json(
            INFER,
            "{\"inputs\":[{\"name\":\"area\",\"datatype\":\"FP64\",\"shape\":[1],\"data\":[1]}]}",
            "X-Timeout-Ms",
            "0");
    refused(answer, 504);
  }

  @Test
  void headAndHealthAnswer() throws Exception {
    Answer head =
        served.send(
            HttpRequest.newBuilder(served.uri("/livez"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(head.status()).isEqualTo(200);
    assertThat(served.get("/readyz").text()).startsWith("Ready");
    assertThat(served.get("/ping").status()).isEqualTo(200);
    assertThat(served.get("/v2/health/live").json().get("live").booleanValue()).isTrue();
    assertThat(served.get("/v2/health/ready").json().get("ready").booleanValue()).isTrue();
    assertThat(served.get("/metrics").text()).contains("amulet_request_duration_seconds_count");
  }
}
