package io.muster.api.rest.series;

import io.muster.api.content.AcceptedMedia;
import java.util.List;

/** The format of a series in a response. */
public enum SeriesFormat {
  JSON(List.of("application/json", "application/*", "*/*")),
  CSV(List.of("text/csv", "text/*", "*/*"));

  /** Media ranges that match the format, the most specific first. */
  private final List<String> mediaRanges;

  SeriesFormat(List<String> mediaRanges) {
    this.mediaRanges = mediaRanges;
  }

  /**
   * Returns the format for a client: CSV if it prefers that to JSON, or names it explicitly and
   * JSON not.
   */
  public static SeriesFormat of(AcceptedMedia accepted) {
    return accepted.weight(CSV.mediaRanges) > accepted.weight(JSON.mediaRanges) ? CSV : JSON;
  }
}
