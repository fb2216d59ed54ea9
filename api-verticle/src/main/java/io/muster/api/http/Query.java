package io.muster.api.http;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.MultiMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The query parameters of one request. A parameter that a door knows may stand once; what it does
 * not know is ignored.
 */
public final class Query {
  private static final Set<String> TRUE_VALUES = Set.of("1", "true", "yes");

  private final MultiMap parameters;

  public Query(MultiMap parameters) {
    this.parameters = parameters;
  }

  /**
   * The value, possibly empty text. Throws {@code INVALID_ARGUMENT} when the parameter stands
   * twice.
   */
  public Optional<String> text(String name) {
    // Names are compared by case here, which getAll would not do: Include is not include.
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

  /** Whether the value is {@code 1}, {@code true} or {@code yes}, in these letters. */
  public boolean isTrue(String name) {
    return text(name).map(TRUE_VALUES::contains).orElse(false);
  }

  /** The host that is asked for; empty text names none. */
  public Optional<String> host() {
    return text("host").filter(name -> !name.isEmpty());
  }

  /** A whole number, not negative; missing gives the other value. */
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
}
