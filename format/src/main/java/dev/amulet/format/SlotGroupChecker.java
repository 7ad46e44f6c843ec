package dev.amulet.format;

import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.SlotGroup;
import dev.amulet.format.v1.SlotRange;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of the slots: they tile from 0, every one has its own name and its source columns. */
final class SlotGroupChecker {
  private static final Pattern NUMBERED = Pattern.compile("(?s)(.*)\\.(0|[1-9][0-9]{0,8})");

  private SlotGroupChecker() {}

  /** Returns the number of slots. */
  static int check(List<SlotGroup> groups, Schema schema, Where where) throws ArtifactException {
    int next = 0;
    for (int i = 0; i < groups.size(); i++) {
      SlotGroup group = groups.get(i);
      SlotRange range = group.getRange();
      Where at = where.at("slots", i).named(group.getName());
      if (range.getFirst() != next || range.getCount() < 1) {
        throw at.at("range")
            .bad(
                "starts at "
                    + Integer.toUnsignedString(range.getFirst())
                    + " with "
                    + Integer.toUnsignedString(range.getCount())
                    + " slots, expected to start at "
                    + next
                    + ", where the group before it ends, with one slot or more");
      }
      if (range.getCount() > Limits.SLOTS - next) {
        throw at.at("range")
            .bad("more than " + Limits.SLOTS + " slots, expected at most that many");
      }
      next += range.getCount();
      if (group.getSlotNamesCount() != 0 && group.getSlotNamesCount() != range.getCount()) {
        throw at.at("slot_names")
            .bad(
                group.getSlotNamesCount()
                    + " names for "
                    + range.getCount()
                    + " slots, expected one each or none");
      }
      columns(group, schema, at);
    }
    names(groups, where);
    return next;
  }

  private static void columns(SlotGroup group, Schema schema, Where where)
      throws ArtifactException {
    if (group.getColumnsCount() == 0) {
      throw where.at("columns").bad("none, expected the source columns of these slots");
    }
    Set<Integer> seen = new HashSet<>();
    for (int column : group.getColumnsList()) {
      if (column < 0 || column >= schema.getColumnsCount()) {
        throw where
            .at("columns")
            .bad(
                "column "
                    + Integer.toUnsignedString(column)
                    + ", expected less than "
                    + schema.getColumnsCount());
      }
      if (schema.getColumns(column).getRole() != Role.INPUT || !seen.add(column)) {
        throw where
            .at("columns")
            .bad(
                "column "
                    + column
                    + " "
                    + Where.quote(schema.getColumns(column).getName())
                    + ", expected columns of role INPUT, each once");
      }
    }
  }

  /**
   * Numbered names are not spelled out: {@code a.3} is the name of one of a group's slots exactly
   * when {@code a} is a numbered group of more than three slots.
   */
  private static void names(List<SlotGroup> groups, Where where) throws ArtifactException {
    Map<String, Integer> numbered = new HashMap<>();
    Set<String> spelled = new HashSet<>();
    for (int i = 0; i < groups.size(); i++) {
      SlotGroup group = groups.get(i);
      Where at = where.at("slots", i).named(group.getName());
      int count = group.getRange().getCount();
      if (group.getSlotNamesCount() > 0) {
        for (String name : group.getSlotNamesList()) {
          require(!name.isEmpty() && spelled.add(name), name, at);
        }
      } else if (count == 1) {
        require(!group.getName().isEmpty() && spelled.add(group.getName()), group.getName(), at);
      } else {
        require(
            !group.getName().isEmpty() && numbered.put(group.getName(), count) == null,
            group.getName(),
            at);
      }
    }
    for (String name : spelled) {
      Matcher parts = NUMBERED.matcher(name);
      if (parts.matches()
          && Integer.parseInt(parts.group(2)) < numbered.getOrDefault(parts.group(1), 0)) {
        throw where
            .at("slots")
            .bad("two slots have the name " + Where.quote(name) + ", expected distinct names");
      }
    }
  }

  private static void require(boolean distinct, String name, Where where) throws ArtifactException {
    if (!distinct) {
      throw where.bad(
          "the slot name "
              + Where.quote(name)
              + " is empty or occurs twice, expected distinct names");
    }
  }
}
