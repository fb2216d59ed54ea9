package io.muster.bus.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Creates the meters of one component in the registry of its node, which any thread may update. A
 * component increments a Micrometer {@link Counter} itself; objects that register the same name and
 * tags share one meter.
 *
 * @param registry the meters of one node
 * @param prefix beginning of the names, such as {@code muster.api.}
 * @param tags of all created meters
 */
public record MeterFactory(MeterRegistry registry, String prefix, Tags tags) {
  /** Creates a factory of meters without tags. */
  public MeterFactory(MeterRegistry registry, String prefix) {
    this(registry, prefix, Tags.empty());
  }

  /** Returns a factory whose meters have one more tag. */
  public MeterFactory withTag(String key, String value) {
    return new MeterFactory(registry, prefix, tags.and(key, value));
  }

  /** Creates a counter of events; its name in the exposition ends in {@code _total}. */
  public Counter counter(String name, String description) {
    return Counter.builder(prefix + name).description(description).tags(tags).register(registry);
  }

  /** Creates a counter for each constant; the value of the tag is its name in lower case. */
  public <E extends Enum<E>> Function<E, Counter> counters(
      String name, String description, String tagKey, Class<E> type) {
    var counters = new EnumMap<E, Counter>(type);
    for (var constant : type.getEnumConstants()) {
      var value = constant.name().toLowerCase(Locale.ROOT);
      counters.put(constant, withTag(tagKey, value).counter(name, description));
    }
    return constant -> requireNonNull(counters.get(constant));
  }

  /** Creates a counter whose value is read from an object that counts by itself. */
  public <T> void functionCounter(
      String name, String description, T source, ToDoubleFunction<T> value) {
    FunctionCounter.builder(prefix + name, source, value)
        .description(description)
        .tags(tags)
        .register(registry);
  }

  /** Creates a gauge. The registry does not keep the source reachable. */
  public <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
    Gauge.builder(prefix + name, source, value)
        .description(description)
        .tags(tags)
        .register(registry);
  }

  /** Creates a timer; its name in the exposition ends in {@code _seconds}. */
  public Timer timer(String name, String description) {
    return Timer.builder(prefix + name).description(description).tags(tags).register(registry);
  }
}
