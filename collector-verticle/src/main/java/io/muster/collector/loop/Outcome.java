package io.muster.collector.loop;

import io.muster.collector.source.ReadFailure;
import java.util.List;
import java.util.Optional;

/**
 * The result of one lane in a pass.
 *
 * @param value reading that the source returned in time
 * @param failures reasons for a missing value, one for each section that lacks it
 */
public record Outcome<R>(Optional<R> value, List<ReadFailure> failures) {
  static <R> Outcome<R> of(R value) {
    return new Outcome<>(Optional.of(value), List.of());
  }

  static <R> Outcome<R> failed(List<ReadFailure> failures) {
    return new Outcome<>(Optional.empty(), failures);
  }
}
