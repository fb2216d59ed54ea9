package io.muster.schema.history;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * One bin of a series, in JSON an array of numbers.
 *
 * @param values the statistics of all metrics of the query, in order; empty without a reading
 */
public record SeriesBin(@JsonValue List<Optional<Number>> values) {
  public SeriesBin {
    values = List.copyOf(values);
  }
}
