package io.muster.launcher.node;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A set of services that a node can run. */
public enum Role {
  COLLECTOR,
  API,
  AGGREGATOR,
  REGISTRY;

  static String names() {
    return Arrays.stream(values()).map(Role::wireName).collect(Collectors.joining(", "));
  }

  /** Returns the roles of these names; empty if one of them is unknown. */
  static Optional<Set<Role>> parse(List<String> names) {
    var roles = EnumSet.allOf(Role.class);
    roles.removeIf(role -> !names.contains(role.wireName()));
    var foundNames = roles.stream().map(Role::wireName).toList();
    return foundNames.containsAll(names) ? Optional.of(roles) : Optional.empty();
  }

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean needsDatabase() {
    return this == AGGREGATOR || this == REGISTRY;
  }
}
