package io.muster.api.rest.contract;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The validated values of one request, or of one object in its body, by their names in the
 * document. Never changed after parsing, so safe for use by any thread.
 */
public final class Arguments {
  private final String path;
  private final Map<?, ?> values;

  Arguments(String path, Map<?, ?> values) {
    this.path = path;
    this.values = values;
  }

  /** Returns the path of a value in the request, for messages: {@code [3].devices[1].name}. */
  public String fieldPath(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Returns a text that the document requires. */
  public String requiredText(String name) {
    return text(name).orElseThrow(() -> new IllegalArgumentException(name + " is not required"));
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable((String) value(name));
  }

  /** Returns a text; empty also for an empty text. */
  public Optional<String> nonEmptyText(String name) {
    return text(name).filter(text -> !text.isEmpty());
  }

  /** Returns the texts of a list; empty if the list is missing. */
  public Optional<List<String>> texts(String name) {
    return value(name) instanceof List<?> list
        ? Optional.of(list.stream().map(String.class::cast).toList())
        : Optional.empty();
  }

  public Optional<Boolean> flag(String name) {
    return Optional.ofNullable((Boolean) value(name));
  }

  public OptionalLong longInteger(String name) {
    return value(name) instanceof Long number ? OptionalLong.of(number) : OptionalLong.empty();
  }

  /** Returns an integer that the document limits to 32 bits. */
  public Optional<Integer> integer(String name) {
    return Optional.ofNullable((Long) value(name)).map(Math::toIntExact);
  }

  public OptionalDouble decimal(String name) {
    return value(name) instanceof Double number
        ? OptionalDouble.of(number)
        : OptionalDouble.empty();
  }

  /** Returns the objects of a list; empty if the list is missing or null. */
  public Optional<List<Arguments>> objects(String name) {
    return value(name) instanceof List<?> list
        ? Optional.of(listOf(fieldPath(name), list))
        : Optional.empty();
  }

  static List<Arguments> listOf(String path, List<?> objects) {
    return IntStream.range(0, objects.size())
        .mapToObj(index -> new Arguments(path + "[" + index + "]", (Map<?, ?>) objects.get(index)))
        .toList();
  }

  private @Nullable Object value(String name) {
    return values.get(name);
  }
}
