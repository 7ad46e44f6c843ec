package dev.amulet.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.amulet.training.data.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings by key, from a TOML file and from single assignments; later ones win. Unknown keys are
 * refused with the nearest known one.
 */
final class Settings {
  private static final int MAX_FILE_BYTES = 1 << 20;

  /** A part of a list: quoted up to the comma after it, else up to the next comma. */
  private static final Pattern LIST_PART =
      Pattern.compile("(\\s*\"[^\"]*\"\\s*|\\s*'[^']*'\\s*|[^,]*)(?:,|$)");

  private final Map<SettingKey, List<String>> values = new EnumMap<>(SettingKey.class);
  private final Map<String, String> columnTypes = new LinkedHashMap<>();

  /** Reads a TOML file: {@code key = value}, lists in brackets, column types in their own table. */
  void readFile(Path file) {
    JsonNode root;
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new TrainingException(file + ": more than 1 MiB is no configuration file");
      }
      root = new TomlMapper().readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new TrainingException(
          "%s line %d: not valid TOML: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new TrainingException("configuration file " + file + " cannot be read: " + e, e);
    }
    root.properties().forEach(field -> put(field.getKey(), field.getValue(), file.toString()));
  }

  private void put(String key, JsonNode value, String where) {
    if (value.isObject()) {
      value.properties().forEach(field -> put(key + "." + field.getKey(), field.getValue(), where));
      return;
    }
    if (key.startsWith(SettingKey.COLUMN_TYPE_PREFIX)) {
      columnTypes.put(
          key.substring(SettingKey.COLUMN_TYPE_PREFIX.length()), scalar(key, value, where));
      return;
    }
    SettingKey known = known(key, where);
    List<String> list = new ArrayList<>();
    if (value.isArray() && known.isList()) {
      value.forEach(element -> list.add(scalar(key, element, where)));
    } else {
      list.add(scalar(key, value, where));
    }
    put(known, list);
  }

  private static String scalar(String key, JsonNode value, String where) {
    if (!value.isValueNode()) {
      throw new TrainingException(
          where + ": setting " + key + " is " + value + ", expected a single value");
    }
    return value.asText();
  }

  /** Reads {@code key=value}; a list is separated by commas, with or without brackets. */
  void assign(String key, String value) {
    if (key.startsWith(SettingKey.COLUMN_TYPE_PREFIX)) {
      columnTypes.put(key.substring(SettingKey.COLUMN_TYPE_PREFIX.length()), unquoted(value));
      return;
    }
    SettingKey known = known(key, "--set " + key);
    if (known.isList()) {
      put(known, split(value));
    } else {
      put(known, value.isBlank() ? List.of() : List.of(unquoted(value)));
    }
  }

  /** Sets a known key. */
  void put(SettingKey key, List<String> value) {
    values.put(key, List.copyOf(value));
  }

  /**
   * Takes over every setting of {@code later}. Columns to drop there end a list of columns to keep
   * here, and the other way round.
   */
  void addAll(Settings later) {
    if (!later.list(SettingKey.DROP).isEmpty()) {
      values.remove(SettingKey.KEEP);
    }
    if (!later.list(SettingKey.KEEP).isEmpty()) {
      values.remove(SettingKey.DROP);
    }
    values.putAll(later.values);
    columnTypes.putAll(later.columnTypes);
  }

  private static SettingKey known(String name, String where) {
    return SettingKey.of(name)
        .orElseThrow(
            () ->
                new TrainingException(
                    where
                        + ": no setting \""
                        + name
                        + "\""
                        + NearestName.suggestion(name, SettingKey.allNames())));
  }

  /** Parts between commas; a part in quotes may hold commas itself. */
  private static List<String> split(String value) {
    String text = value.strip();
    if (text.startsWith("[") && text.endsWith("]")) {
      text = text.substring(1, text.length() - 1);
    }
    Matcher part = LIST_PART.matcher(text);
    List<String> parts = new ArrayList<>();
    while (part.find()) {
      String bare = unquoted(part.group(1));
      if (!bare.isEmpty()) {
        parts.add(bare);
      }
    }
    return parts;
  }

  private static String unquoted(String text) {
    String bare = text.strip();
    boolean quoted =
        bare.length() >= 2
            && ((bare.startsWith("\"") && bare.endsWith("\""))
                || (bare.startsWith("'") && bare.endsWith("'")));
    return quoted ? bare.substring(1, bare.length() - 1) : bare;
  }

  List<String> list(SettingKey key) {
    return values.getOrDefault(key, List.of());
  }

  @Nullable String text(SettingKey key) {
    List<String> list = list(key);
    return list.isEmpty() ? null : list.get(0);
  }

  String text(SettingKey key, String otherwise) {
    String text = text(key);
    return text == null ? otherwise : text;
  }

  @Nullable Path path(SettingKey key) {
    String text = text(key);
    return text == null ? null : Path.of(text);
  }

  /** A whole number in a range. */
  long number(SettingKey key, long otherwise, long least, long most) {
    String text = text(key);
    return text == null
        ? otherwise
        : whole(key, text, least, most, "a whole number from " + least + " to " + most);
  }

  /** A whole number in a range, written out. */
  static long whole(SettingKey key, String text, long least, long most, String expected) {
    try {
      long value = Long.parseLong(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(key, text, expected, e);
    }
    throw wrong(key, text, expected, null);
  }

  /** A fraction in [0, 1]. */
  double fraction(SettingKey key, double otherwise) {
    String text = text(key);
    return text == null ? otherwise : real(key, text, 0, 1, "a number from 0 to 1");
  }

  /** A number in a range. */
  double decimal(SettingKey key, double otherwise, double least, double most) {
    String text = text(key);
    return text == null
        ? otherwise
        : real(key, text, least, most, "a number from " + least + " to " + most);
  }

  /** A number in a range, written out. */
  static double real(SettingKey key, String text, double least, double most, String expected) {
    try {
      double value = Double.parseDouble(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(key, text, expected, e);
    }
    throw wrong(key, text, expected, null);
  }

  /** True or false. */
  boolean flag(SettingKey key, boolean otherwise) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(key, text, "true or false", null);
    };
  }

  /** One of a few words. */
  <E extends Enum<E>> E choice(SettingKey key, Class<E> type, E otherwise) {
    String text = text(key);
    return text == null ? otherwise : word(key, type, text);
  }

  /** Words of a few; one at least. */
  <E extends Enum<E>> List<E> choices(SettingKey key, Class<E> type, E otherwise) {
    List<E> given = list(key).stream().map(text -> word(key, type, text)).toList();
    return given.isEmpty() ? List.of(otherwise) : given;
  }

  private static <E extends Enum<E>> E word(SettingKey key, Class<E> type, String text) {
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text.strip())) {
        return constant;
      }
      names.add(constant.name().toLowerCase(Locale.ROOT));
    }
    throw wrong(key, text, "one of " + String.join(", ", names), null);
  }

  Map<String, String> columnTypes() {
    return Map.copyOf(columnTypes);
  }

  static TrainingException wrong(
      SettingKey key, String found, String expected, @Nullable Throwable cause) {
    String message = "setting " + key.key() + " is \"" + found + "\", expected " + expected;
    return cause == null ? new TrainingException(message) : new TrainingException(message, cause);
  }
}
