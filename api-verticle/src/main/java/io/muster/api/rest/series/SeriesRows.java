package io.muster.api.rest.series;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.bus.transport.Page;
import io.muster.schema.history.SeriesBin;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rows of a page of bins, as texts: arrays of numbers are converted without being parsed. */
final class SeriesRows {
  /** A value that is missing. */
  static final String NULL = "null";

  private static final Pattern BETWEEN_ROWS = Pattern.compile("],\\[");

  private SeriesRows() {}

  /** Returns the values of each row, separated by commas. */
  static Stream<String> of(Page<SeriesBin> page) {
    var json = page.json().toString(UTF_8);
    return json.isEmpty()
        ? Stream.empty()
        : BETWEEN_ROWS.splitAsStream(json.substring(1, json.length() - 1));
  }
}
