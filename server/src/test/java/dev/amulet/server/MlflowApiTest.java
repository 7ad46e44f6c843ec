package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.server.Served.Answer;
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
}
