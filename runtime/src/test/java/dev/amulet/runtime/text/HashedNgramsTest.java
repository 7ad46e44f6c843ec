package dev.amulet.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.runtime.internal.image.Golden;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Against scikit-learn: golden/transforms.py. */
class HashedNgramsTest {
  private static final JsonNode GOLDEN = Golden.read("transforms.json");

  @Test
  void hashesAreMurmur3() {
    for (JsonNode expected : GOLDEN.get("hashes")) {
      byte[] bytes = ("12" + expected.get("text").asText() + "3").getBytes(StandardCharsets.UTF_8);
      assertThat(Murmur3.hash(bytes, 2, bytes.length - 1, expected.get("seed").asInt()))
          .as(expected.toString())
          .isEqualTo(expected.get("hash").asInt());
    }
  }

  @Test
  void bucketsAreThoseOfScikitLearn() {
    NgramCounts counts = new NgramCounts();
    for (JsonNode model : GOLDEN.get("text")) {
      HashedNgrams ngrams = ngrams(model);
      for (JsonNode expected : model.get("texts")) {
        ngrams.count(expected.get("text").asText(), counts);
        Map<Integer, Integer> wanted = new TreeMap<>();
        expected
            .get("buckets")
            .properties()
            .forEach(e -> wanted.put(Integer.valueOf(e.getKey()), e.getValue().asInt()));
        assertThat(asMap(counts)).as(model.get("name") + " " + expected).isEqualTo(wanted);
      }
    }
  }

  @Test
  void bucketsComeInOrderOfFirstOccurrence() {
    HashedNgrams ngrams = new HashedNgrams(true, 1, 1, 0, 0, 1 << 20);
    NgramCounts counts = new NgramCounts();
    ngrams.count("b", counts);
    int b = counts.bucket(0);
    ngrams.count("a B a", counts);
    assertThat(counts.size()).isEqualTo(2);
    assertThat(counts.bucket(1)).isEqualTo(b);
    assertThat(counts.count(0)).isEqualTo(2);
    assertThat(counts.count(1)).isEqualTo(1);
  }

  @Test
  void aWordIsNotTheSameAsItsCharacters() {
    NgramCounts counts = new NgramCounts();
    new HashedNgrams(true, 1, 1, 0, 0, 1 << 20).count("ab", counts);
    int word = counts.bucket(0);
    new HashedNgrams(true, 0, 0, 2, 2, 1 << 20).count("ab", counts);
    assertThat(counts.size()).isEqualTo(3);
    assertThat(asMap(counts)).doesNotContainKey(word);
  }

  @Test
  void halfASurrogatePairCountsAsTheReplacementCharacter() {
    HashedNgrams ngrams = new HashedNgrams(true, 0, 0, 1, 2, 1 << 20);
    NgramCounts counts = new NgramCounts();
    ngrams.count("a\ud83c", counts);
    Map<Integer, Integer> broken = asMap(counts);
    ngrams.count("a\ufffd", counts);
    assertThat(asMap(counts)).isEqualTo(broken);
  }

  @Test
  void whatFollowsTheLastCodePointReadIsIgnored() {
    HashedNgrams ngrams = new HashedNgrams(true, 1, 2, 1, 3, 1 << 16);
    NgramCounts counts = new NgramCounts();
    String full = "\ud83c\udfe0 ".repeat(HashedNgrams.MAX_CODE_POINTS / 2);
    ngrams.count(full, counts);
    Map<Integer, Integer> expected = asMap(counts);
    ngrams.count(full + "house with garden", counts);
    assertThat(asMap(counts)).isEqualTo(expected);
    ngrams.count("house " + full, counts);
    assertThat(asMap(counts)).isNotEqualTo(expected);
  }

  private static HashedNgrams ngrams(JsonNode model) {
    return new HashedNgrams(
        model.get("lower_case").asBoolean(),
        model.get("word").get(0).asInt(),
        model.get("word").get(1).asInt(),
        model.get("char").get(0).asInt(),
        model.get("char").get(1).asInt(),
        model.get("buckets").asInt());
  }

  private static Map<Integer, Integer> asMap(NgramCounts counts) {
    Map<Integer, Integer> map = new TreeMap<>();
    for (int i = 0; i < counts.size(); i++) {
      map.put(counts.bucket(i), counts.count(i));
    }
    return map;
  }
}
