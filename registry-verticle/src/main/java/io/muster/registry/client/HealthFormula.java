package io.muster.registry.client;

import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.Warning;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** The formula by which the health of a client, 0..100, is computed. */
public enum HealthFormula {
  /**
   * {@code clamp(floor(A x F) - P, 0, 100)}, where A is its uptime; F is 100 percent up to 2
   * minutes after its last report, 90 up to an hour, 70 up to a day and 50 after that; and P is the
   * penalty of its warnings. Under maintenance F is 100 and there are no warnings.
   */
  FULL("x.silence_factor", penaltySql("x.warnings")),
  /** The uptime in percent, rounded down. */
  AVAILABILITY("100", "0");

  private final String factor;
  private final String penalty;

  HealthFormula(String factor, String penalty) {
    this.factor = factor;
    this.penalty = penalty;
  }

  /** Loads a statement that contains {@code client-condition.sql}. */
  SqlStatement load(Class<?> owner, String file) {
    return SqlStatement.load(owner, file)
        .with(
            Map.of(
                "factor",
                factor,
                "penalty",
                penalty,
                "declared_error",
                bit(Warning.DECLARED_ERROR),
                "lost_contact",
                bit(Warning.LOST_CONTACT),
                "low_uptime",
                bit(Warning.LOW_UPTIME)));
  }

  private static String bit(Warning warning) {
    return String.valueOf(warning.bit());
  }

  private static String penaltySql(String mask) {
    return Arrays.stream(Warning.values())
        .filter(warning -> warning.penalty() > 0)
        .map(
            warning -> "(%s & %d <> 0)::int * %d".formatted(mask, warning.bit(), warning.penalty()))
        .collect(Collectors.joining(" + ", "least(" + Warning.MAX_PENALTY + ", ", ")"));
  }
}
