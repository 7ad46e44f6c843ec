package dev.amulet.training.vision.nano;

import dev.amulet.training.vision.augment.PixelGrid;
import dev.amulet.training.vision.augment.RandomStream;
import java.util.List;

/**
 * Pictures made by formulas alone, with what a network can be asked about each: one or a few
 * figures with a pattern and colours, lit from somewhere, before a background with a pattern and
 * colours of its own. {@code 160 * 96 * 32 * 96 * 32} kinds, no two pictures alike.
 *
 * <p>Picture {@code index} of a seed is always the same. Immutable, safe for several threads; about
 * a millisecond per picture of 64 pixels.
 *
 * @param seed of all pictures; the classes do not depend on it
 */
public record FormulaPictures(long seed) {
  /**
   * Number of answers to each question: which figure, of what kind, its pattern's formula and
   * fineness, its colours, and the same three about the background.
   */
  public static final List<Integer> ANSWERS =
      List.of(
          Silhouette.CLASSES,
          Silhouette.KINDS,
          Texture.FORMULAS,
          Texture.STEPS,
          Palette.CLASSES,
          Texture.FORMULAS,
          Texture.STEPS,
          Palette.CLASSES);

  /** The right answers about a picture, one to each question of {@link #ANSWERS}. */
  public int[] answers(long index) {
    FormulaKind kind = kind(index);
    return new int[] {
      kind.figure(),
      Silhouette.kind(kind.figure()),
      kind.pattern() % Texture.FORMULAS,
      kind.pattern() / Texture.FORMULAS,
      kind.colours(),
      kind.ground() % Texture.FORMULAS,
      kind.ground() / Texture.FORMULAS,
      kind.groundColours()
    };
  }

  /** The picture, {@code side} pixels square. */
  public PixelGrid draw(long index, int side) {
    return new FormulaScene(kind(index), RandomStream.of(seed, index, 1), side).draw();
  }

  private FormulaKind kind(long index) {
    RandomStream random = RandomStream.of(seed, index, 0);
    return new FormulaKind(
        random.below(Silhouette.CLASSES),
        random.below(Texture.CLASSES),
        random.below(Palette.CLASSES),
        random.below(Texture.CLASSES),
        random.below(Palette.CLASSES));
  }
}
