package dev.amulet.runtime.text;

import dev.amulet.format.v1.TextModel;

/**
 * Cuts a text into word and character n-grams and hashes each into a bucket, as FORMAT.md says:
 * scikit-learn's HashingVectorizer without signs, its analyzers {@code word} and {@code char_wb}.
 *
 * <p>Immutable and thread-safe.
 *
 * @param lowerCase whether each code point is taken in lower case
 * @param wordMin fewest words of a word n-gram; 0 with {@code wordMax} for none
 * @param wordMax most words
 * @param charMin fewest characters of a character n-gram; 0 with {@code charMax} for none
 * @param charMax most characters
 * @param buckets a power of two
 */
public record HashedNgrams(
    boolean lowerCase, int wordMin, int wordMax, int charMin, int charMax, int buckets) {
  /** Code points of a cell that are read; what follows is ignored. */
  public static final int MAX_CODE_POINTS = 65_536;

  /** One seed each, so that the word "ab" and the characters "ab" are different n-grams. */
  private static final int WORD_SEED = 0;

  private static final int CHARACTER_SEED = 1;

  private static final int WORD_TYPES =
      bits(
          Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.LETTER_NUMBER,
          Character.OTHER_NUMBER);

  private static final int SEPARATOR_TYPES =
      bits(Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR);

  /** Those of a fitted text model. */
  public static HashedNgrams of(TextModel model) {
    return new HashedNgrams(
        model.getLowerCase(),
        model.getWordMin(),
        model.getWordMax(),
        model.getCharMin(),
        model.getCharMax(),
        model.getBuckets());
  }

  /** Overwrites {@code counts} with the buckets of a text. */
  public void count(String text, NgramCounts counts) {
    counts.start(buckets);
    if (wordMax > 0) {
      countWords(text, counts);
    }
    if (charMax > 0) {
      countCharacters(text, counts);
    }
  }

  /** The words, one space between them, lie in the buffer: an n-gram is a stretch of it. */
  private void countWords(String text, NgramCounts counts) {
    counts.restartText();
    boolean inside = false;
    int position = 0;
    for (int read = 0; position < text.length() && read < MAX_CODE_POINTS; read++) {
      int codePoint = text.codePointAt(position);
      position += Character.charCount(codePoint);
      if (isWord(cased(codePoint))) {
        if (!inside) {
          counts.mark();
        }
        counts.append(cased(codePoint));
        inside = true;
      } else if (inside) {
        counts.append(' ');
        inside = false;
      }
    }
    int words = counts.marks();
    counts.mark(counts.bytes() + (inside ? 1 : 0));
    for (int n = wordMin; n <= wordMax; n++) {
      for (int i = 0; i + n <= words; i++) {
        counts.add(i, i + n, 1, WORD_SEED, buckets - 1);
      }
    }
  }

  /** Each stretch without white space is padded with one space on either side. */
  private void countCharacters(String text, NgramCounts counts) {
    boolean inside = false;
    int position = 0;
    for (int read = 0; position < text.length() && read < MAX_CODE_POINTS; read++) {
      int codePoint = text.codePointAt(position);
      position += Character.charCount(codePoint);
      if (!isSpace(codePoint)) {
        if (!inside) {
          counts.restartText();
          appendMarked(' ', counts);
        }
        appendMarked(cased(codePoint), counts);
        inside = true;
      } else if (inside) {
        countStretch(counts);
        inside = false;
      }
    }
    if (inside) {
      countStretch(counts);
    }
  }

  private void countStretch(NgramCounts counts) {
    appendMarked(' ', counts);
    int length = counts.marks();
    counts.mark();
    for (int n = charMin; n <= charMax; n++) {
      if (n >= length) {
        // A short stretch counts once as a whole, not once for every length it falls short of.
        counts.add(0, length, 0, CHARACTER_SEED, buckets - 1);
        return;
      }
      for (int i = 0; i + n <= length; i++) {
        counts.add(i, i + n, 0, CHARACTER_SEED, buckets - 1);
      }
    }
  }

  private static void appendMarked(int codePoint, NgramCounts counts) {
    counts.mark();
    counts.append(codePoint);
  }

  private int cased(int codePoint) {
    return lowerCase ? Character.toLowerCase(codePoint) : codePoint;
  }

  private static boolean isWord(int codePoint) {
    return codePoint == '_' || (WORD_TYPES >> Character.getType(codePoint) & 1) != 0;
  }

  private static boolean isSpace(int codePoint) {
    return (codePoint >= 0x09 && codePoint <= 0x0d)
        || (codePoint >= 0x1c && codePoint <= 0x1f)
        || codePoint == 0x85
        || (SEPARATOR_TYPES >> Character.getType(codePoint) & 1) != 0;
  }

  private static int bits(byte... types) {
    int bits = 0;
    for (byte type : types) {
      bits |= 1 << type;
    }
    return bits;
  }
}
