package io.muster.registry.client;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An order of hosts: by a key, then by client id.
 *
 * @param isDescending true if both are descending
 */
record HostOrder(Key key, boolean isDescending) {
  /** Returns the order of this name: that of a key, after a minus sign if it is descending. */
  static Optional<HostOrder> of(String name) {
    var isDescending = name.startsWith("-");
    var key = isDescending ? name.substring(1) : name;
    return Arrays.stream(Key.values())
        .filter(each -> each.wireName().equals(key))
        .map(each -> new HostOrder(each, isDescending))
        .findFirst();
  }

  /** Returns the names of all orders. */
  static Stream<String> names() {
    return Arrays.stream(Key.values()).flatMap(key -> Stream.of(key.wireName(), "-" + key.wireName()));
  }

  String direction() {
    return isDescending ? "DESC" : "ASC";
  }

  /** Returns the condition of the hosts after those of an earlier page. */
  String afterCursor() {
    return "(%s, client_id) %s (:after_key::%s, :after_id)"
        .formatted(key.sql, isDescending ? "<" : ">", key.isText ? "text" : "bigint");
  }

  /** The key of an order, as an expression that is never null. */
  enum Key {
    NAME("lower(name)", true),
    HEALTH("health::bigint", false),
    LAST_SEEN("(coalesce(date_part('epoch', last_seen), -1) * 1e6)::bigint", false),
    CREATED("(date_part('epoch', created_at) * 1e6)::bigint", false),
    CPU_USAGE("coalesce(cpu, -1)::bigint", false),
    MEMORY_USAGE("coalesce(mem, -1)::bigint", false),
    STORAGE_USAGE("coalesce(disk, -1)::bigint", false),
    GPU_COUNT("gpu_count::bigint", false),
    TFLOPS("tflops::bigint", false);

    private final String sql;
    private final boolean isText;

    Key(String sql, boolean isText) {
      this.sql = sql;
      this.isText = isText;
    }

    String sql() {
      return sql;
    }

    /** Returns the value of a parameter with this key of a host; empty if the text is no key. */
    Optional<Object> parse(String text) {
      try {
        return Optional.of(isText ? text : Long.valueOf(text));
      } catch (NumberFormatException noNumber) {
        return Optional.empty();
      }
    }

    private String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
