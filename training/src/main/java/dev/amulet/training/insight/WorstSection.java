package dev.amulet.training.insight;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.training.data.ColumnProfile;
import dev.amulet.training.insight.Section.Beside;
import dev.amulet.training.insight.Section.Card;
import java.util.ArrayList;
import java.util.List;

/** The rows that validation got most wrong, with their pictures. */
final class WorstSection {
  private static final int SHOWN = 12;
  private static final int SHOWN_CELLS = 5;

  private WorstSection() {}

  static Section of(InsightData data, Pictures pictures) {
    Errors errors = new Errors(data);
    List<Card> cards = new ArrayList<>();
    for (int i : errors.worst(SHOWN)) {
      int row = data.validation().rows()[i];
      List<Integer> all = pictures.allOf(row);
      List<String> lines = new ArrayList<>(errors.lines(i));
      lines.addAll(cells(data, row));
      cards.add(
          new Card(
              pictures.any() ? (all.isEmpty() ? Pictures.NONE : all.get(0)) : Card.WITHOUT,
              lines,
              all.stream().skip(1).map(p -> new Beside(p, "")).toList()));
    }
    return new Section("worst", "Its worst errors")
        .text(
            "Rows whose out-of-fold prediction is furthest off. Look for what they have in common.")
        .cards(cards);
  }

  /** The first input cells of a row besides pictures. */
  static List<String> cells(InsightData data, int row) {
    List<String> cells = new ArrayList<>();
    for (ColumnProfile column : data.profile().inputs()) {
      String cell = data.dataset().cell(row, data.dataset().columnIndex(column.name()));
      if (column.type() != ColumnType.IMAGE && cell != null && cells.size() < SHOWN_CELLS) {
        cells.add(Figures.shortened(column.name(), 24) + ": " + Figures.shortened(cell, 40));
      }
    }
    return cells;
  }
}
