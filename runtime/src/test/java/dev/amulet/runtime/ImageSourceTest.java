package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSourceTest {
  private static final ImageSource PATHS = echo("path ");

  private static ImageSource echo(String prefix) {
    return (reference, maxBytes) -> (prefix + reference).getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "a.png, path a.png",
    "s3://bucket/a.png, bucket s3://bucket/a.png",
    "S3://bucket/a.png, bucket S3://bucket/a.png",
    "s3:a, bucket s3:a",
    "gs://b/a, bucket gs://b/a",
    "s3, path s3",
    "s33://a, path s33://a",
    "a/s3://b, path a/s3://b",
    "C:/a.png, path C:/a.png",
    "blob+x.1-y:z, blob blob+x.1-y:z",
    "3s:z, path 3s:z"
  })
  void referencesGoToTheSourceOfTheirScheme(String reference, String expected) throws IOException {
    ImageSource source = PATHS.with(echo("bucket "), "s3", "GS").with(echo("blob "), "blob+x.1-y");
    assertThat(source.read(reference, 9)).asString().isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "s3:", "s3://", "3s", "a b", "DATA", "s_3"})
  void whatIsNoSchemeCannotBeAdded(String scheme) {
    assertThatIllegalArgumentException().isThrownBy(() -> PATHS.with(echo(""), scheme));
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example/a.png?secret, ImageSource.http",
    "HTTP://a.example/a.png, AMULET_ALLOW_HTTP",
    "s3://bucket/a.png, 'scheme s3, which nothing reads'",
    "jar:file:/a!/b, ''",
    "ftp://a.example/a.png, 'scheme ftp, which nothing reads'"
  })
  void referencesNobodyReadsAreRefusedWithAdvice(
      String reference, String message, @TempDir Path folder) {
    for (ImageSource source : List.of(ImageSource.none(), ImageSource.under(folder))) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> source.read(reference, 9))
          .withMessageContaining(message)
          .withMessageNotContaining("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.png", "/etc/hosts", "file:///etc/hosts", "C:\\a.png"})
  void withoutARootNoPathIsRead(String reference) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> ImageSource.none().read(reference, 9))
        .withMessageContaining("no image root is set");
  }

  @Test
  void aPolicyChecksItsEntries() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpPolicy.builder().allow("a.example").build())
        .withMessageContaining("https://host");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpPolicy.builder().allowNetwork("10.0.0.0").allowNetwork("x").build())
        .withMessageContaining("10.0.0.0/8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpPolicy.builder().maxRedirects(11).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpPolicy.builder().timeoutMs(0).build())
        .withMessage("timeoutMs is 0, expected 1 to 600000");
    HttpPolicy policy = HttpPolicy.of(" https://a.example, http://.b.example:81,,10.0.0.0/8 ,");
    assertThat(policy.origins()).containsExactly("https://a.example", "http://.b.example:81");
    assertThat(policy.networks()).containsExactly("10.0.0.0/8");
    assertThat(policy.maxRedirects()).isZero();
    assertThat(policy.timeoutMs()).isEqualTo(5000);
    assertThat(HttpPolicy.of("").origins()).isEmpty();
  }
}
