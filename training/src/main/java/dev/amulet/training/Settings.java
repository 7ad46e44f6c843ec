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
import org.jspecify.annotations.Nullable;

/**
 * Settings by key, from a TOML file and from single assignments; later ones win. Unknown keys are
 * refused with the nearest known one.
 */
final class Settings {
  private static final int MAX_FILE_BYTES = 1 << 20;

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
    List<String> list = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(element -> list.add(element.asText()));
    } else {
      list.add(value.asText());
    }
    put(key, list, where);
  }

  /** Reads {@code key=value}; a list is separated by commas, with or without brackets. */
  void assign(String key, String value) {
    put(key, split(value), "--set " + key);
  }

  /** Sets a known key. */
  void put(SettingKey key, List<String> value) {
    values.put(key, List.copyOf(value));
  }

  /** Takes over every setting of {@code later}. */
  void addAll(Settings later) {
    values.putAll(later.values);
    columnTypes.putAll(later.columnTypes);
  }

  private void put(String name, List<String> value, String where) {
    if (name.startsWith(SettingKey.COLUMN_TYPE_PREFIX)) {
      columnTypes.put(
          name.substring(SettingKey.COLUMN_TYPE_PREFIX.length()), String.join(",", value));
      return;
    }
    SettingKey key =
        SettingKey.of(name)
            .orElseThrow(
                () ->
                    new TrainingException(
                        where
                            + ": no setting \""
                            + name
                            + "\""
                            + NearestName.suggestion(name, SettingKey.allNames())));
    put(key, value);
  }

  private static List<String> split(String value) {
    String text = value.strip();
    if (text.startsWith("[") && text.endsWith("]")) {
      text = text.substring(1, text.length() - 1);
    }
    List<String> parts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String bare = part.strip();
      if (bare.length() >= 2
          && ((bare.startsWith("\"") && bare.endsWith("\""))
              || (bare.startsWith("'") && bare.endsWith("'")))) {
        bare = bare.substring(1, bare.length() - 1);
      }
      if (!bare.isEmpty()) {
        parts.add(bare);
      }
    }
    return parts;
  }

  List<String> list(SettingKey key) {
    return values.getOrDefault(key, List.of());
  }

  @Nullable String text(SettingKey key) {
    List<String> list = list(key);
    return list.isEmpty() ? null : String.join(",", list);
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
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(key, text, "a whole number from " + least + " to " + most, e);
    }
    throw wrong(key, text, "a whole number from " + least + " to " + most, null);
  }

  /** A fraction in [0, 1]. */
  double fraction(SettingKey key, double otherwise) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
    try {
      double value = Double.parseDouble(text.strip());
      if (value >= 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(key, text, "a number from 0 to 1", e);
    }
    throw wrong(key, text, "a number from 0 to 1", null);
  }

  /** One of a few words. */
  <E extends Enum<E>> E choice(SettingKey key, Class<E> type, E otherwise) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
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
