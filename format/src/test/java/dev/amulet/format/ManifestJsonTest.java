package dev.amulet.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.amulet.format.v1.Entry;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.MetricValue;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.NetworkOutput;
import dev.amulet.format.v1.Provenance;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ManifestJsonTest {
  @Test
  void printsNamesEnumsDigestsAndNumbers() {
    Manifest manifest =
        Manifest.newBuilder()
            .setKind(Kind.MODEL)
            .setName("a \"b\"\n\\ \u00e9")
            .addNetworks(
                Network.newBuilder()
                    .addOutputs(NetworkOutput.newBuilder().addShape(3).addShape(-1))
                    .setParameters(-1))
            .setProvenance(
                Provenance.newBuilder()
                    .addMetrics(MetricValue.newBuilder().setMean(0.5).setSd(Double.NaN)))
            .addEntries(
                Entry.newBuilder().setSha256(ByteString.copyFrom(new byte[] {1, (byte) 0xab})))
            .addEntries(Entry.getDefaultInstance())
            .build();
    assertThat(ManifestJson.print(manifest))
        .isEqualTo(
            """
            {
              "kind": "MODEL",
              "name": "a \\"b\\"\\u000a\\\\ \u00e9",
              "networks": [
                {
                  "outputs": [
                    {
                      "shape": [3, 4294967295]
                    }
                  ],
                  "parameters": 18446744073709551615
                }
              ],
              "provenance": {
                "metrics": [
                  {
                    "mean": 0.5,
                    "sd": "NaN"
                  }
                ]
              },
              "entries": [
                {
                  "sha256": "01ab"
                },
                {}
              ]
            }
            """);
  }

  @Test
  void leavesOutItsOwnRow() throws Exception {
    try (Artifact artifact = Artifact.open(ByteBuffer.wrap(SampleAmulet.bytes()), "a")) {
      String json = StandardCharsets.UTF_8.decode(artifact.entry("manifest.json")).toString();
      assertThat(json).contains("\"networks/tiny.onnx\"").doesNotContain("manifest.json");
      assertThat(artifact.manifest().getEntries(0).getPath()).isEqualTo("manifest.json");
    }
  }
}
