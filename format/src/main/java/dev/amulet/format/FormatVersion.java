package dev.amulet.format;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A version of the amulet file that this library reads. The newest is the one it writes.
 *
 * <p>Every constant has a golden amulet under {@code format/src/test/resources/golden/} that must
 * score the same forever.
 */
public enum FormatVersion {
  V0_1(0, 1);

  /** The version that {@link ArtifactWriter} writes. */
  public static final FormatVersion CURRENT = V0_1;

  private final int major;
  private final int minor;

  FormatVersion(int major, int minor) {
    this.major = major;
    this.minor = minor;
  }

  public int major() {
    return major;
  }

  public int minor() {
    return minor;
  }

  /** The version as people write it, for instance {@code 0.1}. */
  public String text() {
    return major + "." + minor;
  }

  static FormatVersion of(int major, int minor, Where where) throws ArtifactException {
    for (FormatVersion version : values()) {
      if (version.major == major && version.minor == minor) {
        return version;
      }
    }
    String readable =
        Arrays.stream(values()).map(FormatVersion::text).collect(Collectors.joining(", "));
    boolean newer =
        Integer.compareUnsigned(major, CURRENT.major) > 0
            || (major == CURRENT.major && Integer.compareUnsigned(minor, CURRENT.minor) > 0);
    throw where
        .at("format_major, format_minor")
        .bad(
            "format version "
                + Integer.toUnsignedString(major)
                + "."
                + Integer.toUnsignedString(minor)
                + ", this runtime reads "
                + readable
                + (newer ? "; upgrade the runtime" : "; make the amulet again"));
  }
}
