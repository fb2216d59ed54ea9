package io.muster.api.rest.contract;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The values of one request, or of one object in its body, by the names of the document, which they
 * are held to.
 */
public final class Arguments {
  private final String path;
  private final Map<?, ?> values;

  Arguments(String path, Map<?, ?> values) {
    this.path = path;
    this.values = values;
  }

  /** Where the value stands in the request, for a message: {@code [3].devices[1].name}. */
  public String fieldPath(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** A text that the document asks for. */
  public String requiredText(String name) {
    return text(name).orElseThrow(() -> new IllegalArgumentException(name + " is not required"));
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable((String) value(name));
  }

  /** A text; an empty one is none. */
  public Optional<String> nonEmptyText(String name) {
    return text(name).filter(text -> !text.isEmpty());
  }

  public Optional<Boolean> flag(String name) {
    return Optional.ofNullable((Boolean) value(name));
  }

  public OptionalLong longInteger(String name) {
    return value(name) instanceof Long number ? OptionalLong.of(number) : OptionalLong.empty();
  }

  /** A whole number that the document keeps within 32 bits. */
  public Optional<Integer> integer(String name) {
    return Optional.ofNullable((Long) value(name)).map(Math::toIntExact);
  }

  public OptionalDouble decimal(String name) {
    return value(name) instanceof Double number
        ? OptionalDouble.of(number)
        : OptionalDouble.empty();
  }

  /** The objects of a list; none when it is not there. */
  public List<Arguments> objects(String name) {
    return value(name) instanceof List<?> list ? listOf(fieldPath(name), list) : List.of();
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
