package dev.amulet.training.feature;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.format.v1.TextModel;
import dev.amulet.runtime.text.HashedNgrams;
import dev.amulet.runtime.text.NgramCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TextFitterTest {
  private static final String[] HOUSES = {"garden", "garage", "cellar", "lawn", "shed"};
  private static final String[] FLATS = {"lift", "balcony", "concierge", "tram", "rooftop"};

  @Test
  void componentsAreThoseOfScikitLearn() {
    for (JsonNode model : ReferenceTransforms.read("text")) {
      List<Integer> buckets = new ArrayList<>();
      List<Double> idf = new ArrayList<>();
      model
          .get("idf")
          .properties()
          .forEach(
              field -> {
                buckets.add(Integer.valueOf(field.getKey()));
                idf.add(field.getValue().asDouble());
              });
      SparseRows rows = new SparseRows(buckets.size());
      for (int i = 0; i < model.get("training").asInt(); i++) {
        JsonNode counts = model.get("texts").get(i).get("buckets");
        for (int column = 0; column < buckets.size(); column++) {
          JsonNode count = counts.get(buckets.get(column).toString());
          if (count != null) {
            double value =
                model.get("sublinear").asBoolean() ? 1 + Math.log(count.asInt()) : count.asDouble();
            rows.add(column, value * idf.get(column));
          }
        }
        rows.endUnitRow();
      }
      int outputs = model.get("outputs").asInt();
      double[][] vectors = TruncatedSvd.rightVectors(rows, outputs, 1);
      assertThat(vectors).hasNumberOfRows(outputs);
      for (int k = 0; k < outputs; k++) {
        double cosine = 0;
        for (int i = 0; i < vectors[k].length; i++) {
          cosine += vectors[k][i] * model.get("components").get(k).get(i).asDouble();
        }
        // The iteration stops while neighbours of nearly the same weight are still a bit mixed.
        assertThat(Math.abs(cosine))
            .as(model.get("name").asText())
            .isCloseTo(1, Offset.offset(1e-3));
      }
    }
  }

  @Test
  void theFirstComponentsTellKindsOfTextsApart() {
    String[] texts = texts(80);
    TextModel model = TextFitter.fit(texts, 8, 3).orElseThrow();
    assertThat(model.getOutputs()).isEqualTo(8);
    assertThat(model.getIdfCount()).isEqualTo(model.getBuckets());
    assertThat(model.getComponentsCount()).isEqualTo(8 * model.getBuckets());
    float[] second = new float[texts.length];
    for (int i = 0; i < texts.length; i++) {
      second[i] = component(model, texts[i], 1);
    }
    for (int i = 0; i < texts.length; i++) {
      assertThat(Math.signum(second[i])).as(texts[i]).isEqualTo(Math.signum(second[i % 2]));
    }
    assertThat(Math.signum(second[0])).isNotEqualTo(Math.signum(second[1]));
  }

  @Test
  void theSameSeedGivesTheSameModelAndMissingCellsDoNotCount() {
    String[] texts = texts(40);
    String[] gaps = new String[80];
    for (int i = 0; i < texts.length; i++) {
      gaps[2 * i] = texts[i];
    }
    assertThat(TextFitter.fit(gaps, 4, 5)).isEqualTo(TextFitter.fit(texts, 4, 5));
  }

  @Test
  void whatOneTextOnlyHasCountsForNothing() {
    String[] texts = texts(40);
    texts[7] += " zzyzx";
    TextModel model = TextFitter.fit(texts, 4, 5).orElseThrow();
    NgramCounts counts = new NgramCounts();
    HashedNgrams ngrams = HashedNgrams.of(model);
    ngrams.count("zzyzx", counts);
    assertThat(counts.size()).isGreaterThan(5);
    for (int i = 0; i < counts.size(); i++) {
      assertThat(model.getIdf(counts.bucket(i))).isZero();
    }
  }

  @Test
  void textsWithNothingInCommonHaveNoModel() {
    assertThat(TextFitter.fit(new String[] {"ab", "cd", "ef", "gh", "ij"}, 4, 1)).isEmpty();
    assertThat(TextFitter.fit(new String[] {"same", "same"}, 4, 1)).as("too few").isEmpty();
    assertThat(TextFitter.fit(new String[9], 4, 1)).isEmpty();
  }

  /** Texts that are all the same have one direction only. */
  @Test
  void noMoreComponentsThanTheRank() {
    String[] texts = new String[40];
    java.util.Arrays.fill(texts, "a house with a garden");
    assertThat(TextFitter.fit(texts, 8, 1).orElseThrow().getOutputs()).isEqualTo(1);
  }

  private static float component(TextModel model, String text, int k) {
    NgramCounts counts = new NgramCounts();
    HashedNgrams.of(model).count(text, counts);
    double sum = 0;
    for (int i = 0; i < counts.size(); i++) {
      int bucket = counts.bucket(i);
      sum +=
          (1 + Math.log(counts.count(i)))
              * model.getIdf(bucket)
              * model.getComponents(k * model.getBuckets() + bucket);
    }
    return (float) sum;
  }

  /** By turns of a house and of a flat. */
  static String[] texts(int count) {
    Random random = new Random(17);
    String[] texts = new String[count];
    for (int i = 0; i < count; i++) {
      String[] words = i % 2 == 0 ? HOUSES : FLATS;
      StringBuilder text = new StringBuilder("for sale with");
      for (int w = 0; w < 4; w++) {
        text.append(' ').append(words[random.nextInt(words.length)]);
      }
      texts[i] = text.toString();
    }
    return texts;
  }
}
