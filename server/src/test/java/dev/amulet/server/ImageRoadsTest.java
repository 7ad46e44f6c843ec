package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.amulet.runtime.Scorer;
import dev.amulet.server.Served.Answer;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The same picture gives the same bits by every road over HTTP. */
class ImageRoadsTest {
  private static final String MODEL = "regression";

  @Test
  void onePictureScoresAlikeByEveryRoad() throws Exception {
    byte[] picture = Served.picture("h");
    double expected = inProcess(picture);
    String base64 = Base64.getEncoder().encodeToString(picture);
    HttpServer pictures = pictureServer(picture);
    String origin = "http://127.0.0.1:" + pictures.getAddress().getPort();
    try (Served served =
        Served.of(
            Served.GOLDEN,
            config ->
                config
                    .imageRoot(Served.GOLDEN.resolve("images"))
                    .allowHttp(List.of(origin, "127.0.0.0/8")))) {
      assertThat(raw(served, picture)).isEqualTo(expected);
      assertThat(
              h2o(
                  served.form(
                      "/model/score?model=" + MODEL, cells(), Map.of("photo", picture), "")))
          .isEqualTo(expected);
      for (String cell :
          List.of(base64, "data:image/png;base64," + base64, "h.png", origin + "/h")) {
        assertThat(h2o(score(served, JSON_TEXT.apply(cell)))).as(cell).isEqualTo(expected);
        assertThat(infer(served, JSON_TEXT.apply(cell))).as(cell).isEqualTo(expected);
        assertThat(mlflow(served, JSON_TEXT.apply(cell))).as(cell).isEqualTo(expected);
      }
      ObjectNode b64 = Served.JSON.createObjectNode().put("b64", base64);
      assertThat(mlflow(served, b64)).isEqualTo(expected);
      assertThat(infer(served, b64)).isEqualTo(expected);
      assertThat(binary(served, picture)).isEqualTo(expected);
      assertThat(binary(served, base64.getBytes(StandardCharsets.US_ASCII))).isEqualTo(expected);
    } finally {
      pictures.stop(0);
    }
  }

  private static final java.util.function.Function<String, JsonNode> JSON_TEXT =
      text -> Served.JSON.getNodeFactory().textNode(text);

  private static double inProcess(byte[] picture) throws Exception {
    try (Scorer scorer = Scorer.open(Served.GOLDEN.resolve(MODEL + ".amulet"))) {
      return scorer
          .score(scorer.newRow().set("area", 120.5).set("kind", "flat").setImage("photo", picture))
          .value();
    }
  }

  private static Map<String, Object> cells() {
    Map<String, Object> cells = new LinkedHashMap<>();
    cells.put("area", 120.5);
    cells.put("kind", "flat");
    return cells;
  }

  private static double raw(Served served, byte[] picture) throws Exception {
    return h2o(
        served.post(
            "/model/score?model=regression&image_column=photo&area=120.5&kind=flat",
            "image/png",
            picture));
  }

  private static Answer score(Served served, JsonNode photo) throws Exception {
    ObjectNode body = Served.JSON.createObjectNode();
    ArrayNode fields = body.putArray("fields");
    ArrayNode row = body.putArray("rows").addArray();
    JsonNode columns = served.get("/v2/models/" + MODEL).json().get("inputs");
    for (JsonNode column : columns) {
      String name = column.get("name").asText();
      fields.add(name);
      switch (name) {
        case "area" -> row.add("120.5");
        case "kind" -> row.add("flat");
        case "photo" -> row.add(photo);
        default -> row.addNull();
      }
    }
    return served.json("/model/score?model=" + MODEL, body.toString());
  }

  private static double h2o(Answer answer) throws Exception {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return Double.parseDouble(answer.json().at("/score/0/0").asText());
  }

  private static double infer(Served served, JsonNode photo) throws Exception {
    ObjectNode body = Served.JSON.createObjectNode();
    ArrayNode inputs = body.putArray("inputs");
    tensor(inputs, "area", "FP64").putArray("data").add(120.5);
    tensor(inputs, "kind", "BYTES").putArray("data").add("flat");
    tensor(inputs, "photo", "BYTES").putArray("data").add(photo);
    Answer answer = served.json("/v2/models/regression/infer", body.toString());
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().at("/outputs/0/data/0").doubleValue();
  }

  private static ObjectNode tensor(ArrayNode inputs, String name, String datatype) {
    ObjectNode tensor = inputs.addObject().put("name", name).put("datatype", datatype);
    tensor.putArray("shape").add(1);
    return tensor;
  }

  private static double mlflow(Served served, JsonNode photo) throws Exception {
    ObjectNode body = Served.JSON.createObjectNode();
    body.putArray("dataframe_records")
        .addObject()
        .put("area", 120.5)
        .put("kind", "flat")
        .set("photo", photo);
    Answer answer = served.json("/invocations?model=" + MODEL, body.toString());
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().at("/predictions/0").doubleValue();
  }

  /** The picture's bytes after the JSON, and the answer as bytes, too. */
  private static double binary(Served served, byte[] picture) throws Exception {
    ByteBuffer element = ByteBuffer.allocate(4 + picture.length).order(ByteOrder.LITTLE_ENDIAN);
    element.putInt(picture.length).put(picture);
    ByteBuffer area = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(120.5);
    ObjectNode json = Served.JSON.createObjectNode();
    json.putObject("parameters").put("binary_data_output", true);
    ArrayNode inputs = json.putArray("inputs");
    tensor(inputs, "photo", "BYTES")
        .putObject("parameters")
        .put("binary_data_size", element.capacity());
    tensor(inputs, "area", "FP64").putObject("parameters").put("binary_data_size", 8);
    tensor(inputs, "kind", "BYTES").putArray("data").add("flat");
    byte[] head = Served.JSON.writeValueAsBytes(json);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(head);
    body.writeBytes(element.array());
    body.writeBytes(area.array());
    Answer answer =
        served.post(
            "/v2/models/regression/infer",
            "application/octet-stream",
            body.toByteArray(),
            "Inference-Header-Content-Length",
            Integer.toString(head.length));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    int length = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
    JsonNode reply = Served.JSON.readTree(answer.bytes(), 0, length);
    assertThat(reply.at("/outputs/0/parameters/binary_data_size").intValue()).isEqualTo(8);
    return ByteBuffer.wrap(answer.bytes(), length, 8).order(ByteOrder.LITTLE_ENDIAN).getDouble();
  }

  private static HttpServer pictureServer(byte[] picture) throws Exception {
    HttpServer pictures =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    pictures.createContext(
        "/h",
        exchange -> {
          exchange.sendResponseHeaders(200, picture.length);
          exchange.getResponseBody().write(picture);
          exchange.close();
        });
    pictures.start();
    return pictures;
  }
}
