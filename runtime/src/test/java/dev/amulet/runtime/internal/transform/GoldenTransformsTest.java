package dev.amulet.runtime.internal.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.format.v1.DateTimePart;
import dev.amulet.format.v1.TextModel;
import dev.amulet.format.v1.TextWeighting;
import dev.amulet.runtime.internal.image.Golden;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Slots against scikit-learn and Python's datetime: golden/transforms.py. */
class GoldenTransformsTest {
  private static final List<DateTimePart> PARTS =
      List.of(
          DateTimePart.YEAR,
          DateTimePart.MONTH,
          DateTimePart.DAY_OF_MONTH,
          DateTimePart.DAY_OF_WEEK,
          DateTimePart.DAY_OF_YEAR,
          DateTimePart.HOUR,
          DateTimePart.MINUTE,
          DateTimePart.SECOND,
          DateTimePart.WEEK_OF_YEAR,
          DateTimePart.QUARTER,
          DateTimePart.IS_WEEKEND,
          DateTimePart.EPOCH_DAY);

  private final TransformScratch scratch = new TransformScratch();

  @Test
  void textsBecomeTheComponentsOfTheirTfIdf() {
    for (JsonNode model : Golden.read("transforms.json").get("text")) {
      int outputs = model.get("outputs").asInt();
      TextKernel kernel = new TextKernel(textModel(model), 0, 1);
      for (JsonNode expected : model.get("texts")) {
        float[] slots = new float[outputs + 2];
        kernel.apply(TestCells.ofText(expected.get("text").asText()), scratch, slots);
        for (int k = 0; k < outputs; k++) {
          assertThat((double) slots[k + 1])
              .as("%s: %s", model.get("name"), expected)
              .isCloseTo(expected.get("slots").get(k).asDouble(), Offset.offset(2e-7));
        }
        assertThat(slots[0]).isZero();
        assertThat(slots[outputs + 1]).isZero();
      }
    }
  }

  @Test
  void momentsBecomeTheirPartsInTheZone() {
    for (JsonNode expected : Golden.read("transforms.json").get("dates")) {
      ZoneId zone = ZoneId.of(expected.get("zone").asText());
      float[] slots = new float[PARTS.size()];
      new DateTimeKernel(0, PARTS, zone, 0)
          .apply(TestCells.ofNumber(expected.get("epoch_ms").asLong()), scratch, slots);
      for (int i = 0; i < slots.length; i++) {
        assertThat((double) slots[i])
            .as(PARTS.get(i) + " of " + expected)
            .isEqualTo(expected.get("parts").get(i).asDouble());
      }
    }
  }

  private static TextModel textModel(JsonNode model) {
    int buckets = model.get("buckets").asInt();
    int outputs = model.get("outputs").asInt();
    float[] idf = new float[buckets];
    float[][] components = new float[outputs][buckets];
    int i = 0;
    for (var field : model.get("idf").properties()) {
      int bucket = Integer.parseInt(field.getKey());
      idf[bucket] = (float) field.getValue().asDouble();
      for (int k = 0; k < outputs; k++) {
        components[k][bucket] = (float) model.get("components").get(k).get(i).asDouble();
      }
      i++;
    }
    List<Float> flat = new ArrayList<>();
    for (float[] row : components) {
      for (float value : row) {
        flat.add(value);
      }
    }
    TextModel.Builder text =
        TextModel.newBuilder()
            .setLowerCase(model.get("lower_case").asBoolean())
            .setWordMin(model.get("word").get(0).asInt())
            .setWordMax(model.get("word").get(1).asInt())
            .setCharMin(model.get("char").get(0).asInt())
            .setCharMax(model.get("char").get(1).asInt())
            .setBuckets(buckets)
            .setOutputs(outputs)
            .setWeighting(
                model.get("sublinear").asBoolean()
                    ? TextWeighting.SUBLINEAR
                    : TextWeighting.RAW_COUNT)
            .addAllComponents(flat);
    for (float value : idf) {
      text.addIdf(value);
    }
    return text.build();
  }
}
