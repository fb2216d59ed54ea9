package io.muster.api.http;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The query parameters of one request. A parameter that an endpoint reads may occur once; others
 * are ignored.
 */
public final class Query {
  private static final Set<String> TRUE_VALUES = Set.of("1", "true", "yes");
  private static final Set<String> FALSE_VALUES = Set.of("0", "false", "no");

  private final MultiMap parameters;

  public Query(MultiMap parameters) {
    this.parameters = parameters;
  }

  /** Returns a query of parameters by name. */
  public static Query of(Map<String, String> parameters) {
    return new Query(MultiMap.caseInsensitiveMultiMap().addAll(parameters));
  }

  public static Query of(RoutingContext routingContext) {
    return new Query(routingContext.queryParams());
  }

  /** The value, possibly empty text. Throws {@code INVALID_ARGUMENT} for a duplicate parameter. */
  public Optional<String> text(String name) {
    // Names are case-sensitive: getAll would also return the values of Include for include.
    var values =
        parameters.entries().stream()
            .filter(parameter -> parameter.getKey().equals(name))
            .map(Map.Entry::getValue)
            .toList();
    if (values.size() > 1) {
      throw new FleetException(Code.INVALID_ARGUMENT, "duplicate field `" + name + "`");
    }
    return values.stream().findFirst();
  }

  /** Returns true if the value is {@code 1}, {@code true} or {@code yes}, in lower case. */
  public boolean isTrue(String name) {
    return text(name).map(TRUE_VALUES::contains).orElse(false);
  }

  /** True or false, written as above, or {@code 0}, {@code false}, {@code no}; nothing else. */
  public Optional<Boolean> trueOrFalse(String name) {
    return text(name).map(text -> parseBoolean(name, text));
  }

  /** The requested host; empty text names none. */
  public Optional<String> host() {
    return text("host").filter(name -> !name.isEmpty());
  }

  /** A non-negative whole number; the default value if the parameter is missing. */
  public long wholeNumber(String name, long defaultValue) {
    var text = text(name);
    if (text.isEmpty()) {
      return defaultValue;
    }
    try {
      return Long.parseUnsignedLong(text.get());
    } catch (NumberFormatException e) {
      throw new FleetException(Code.INVALID_ARGUMENT, name + ": invalid digit found in string", e);
    }
  }

  private static boolean parseBoolean(String name, String text) {
    if (TRUE_VALUES.contains(text)) {
      return true;
    }
    if (FALSE_VALUES.contains(text)) {
      return false;
    }
    throw new FleetException(Code.INVALID_ARGUMENT, name + "=" + text + ": expected true or false");
  }
}
