package dev.amulet.training.insight;

import dev.amulet.training.insight.InsightData.NetworkCard;
import java.util.Locale;

/** How the model was made: networks, time, settings. */
final class RunSection {
  private RunSection() {}

  static Section of(InsightData data) {
    Section section = new Section("run", "How it was made");
    if (!data.run().networks().isEmpty()) {
      Table networks =
          new Table(
              "lllrrrl",
              "network",
              "pictures",
              "source",
              "embedding",
              "ms an image",
              "MB",
              "licence");
      for (NetworkCard network : data.run().networks()) {
        networks.row(
            network.name(),
            network.input(),
            network.source(),
            Figures.count(network.width()),
            Double.isNaN(network.msPerImage())
                ? "–"
                : String.format(Locale.ROOT, "%.1f", network.msPerImage()),
            String.format(Locale.ROOT, "%.1f", network.bytes() / 1e6),
            network.licence());
      }
      section.add(networks.node());
    }
    Table times = new Table("lrr", "phase", "seconds", "share");
    double total = data.run().seconds().values().stream().mapToDouble(s -> s).sum();
    data.run()
        .seconds()
        .forEach(
            (phase, seconds) ->
                times.row(
                    phase,
                    String.format(Locale.ROOT, "%.1f", seconds),
                    Figures.percent(seconds / total)));
    times.row("together", String.format(Locale.ROOT, "%.1f", total), "");
    return section
        .add(times.node())
        .code("Settings as resolved (config.toml)", data.run().config());
  }
}
