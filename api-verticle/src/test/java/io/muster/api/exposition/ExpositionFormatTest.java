package io.muster.api.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.content.AcceptedMedia;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionFormatTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        // Prometheus 3, Prometheus 2, and Python's client.
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "application/openmetrics-text;version=0.0.1;q=0.5,"
            + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
            + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        "application/openmetrics-text;version=0.0.1;q=0.5, text/plain;q=0.5",
        "Application/OpenMetrics-Text ; Version=\"1.0.0\" ; Q=1.0",
        "application/openmetrics-text;version=1.0.0;q=0.3,text/plain;q=0.2,*/*;q=0.9",
      })
  void ofAccept_openMetricsPreferredOrEqual_isOpenMetrics(String accept) {
    assertThat(ExpositionFormat.of(AcceptedMedia.parse(accept)))
        .isEqualTo(ExpositionFormat.OPEN_METRICS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*/*",
        "text/plain",
        "text/html,application/xhtml+xml,*/*;q=0.8",
        "application/openmetrics-text",
        "application/openmetrics-text;version=2.0.0",
        "application/openmetrics-text;version=1.0.0;q=0",
        "application/openmetrics-text;version=1.0.0;q=much",
        "application/openmetrics-text;version=1.0.0;q=NaN",
        "application/openmetrics-text;version=1.0.0;q=7",
        "application/openmetrics-text;version=1.0.0;q=0.4, text/plain;q=0.5",
        "application/openmetrics-text;version=1.0.0;q=0.4, text/*;q=0.5",
        "application/openmetrics-text;version=1.0.0;q=0.4, */*",
        ",;,=;q",
      })
  void ofAccept_plainTextPreferredOrInvalid_isText(String accept) {
    assertThat(ExpositionFormat.of(AcceptedMedia.parse(accept))).isEqualTo(ExpositionFormat.TEXT);
  }

  @Test
  void ofAccept_noHeader_isText() {
    assertThat(ExpositionFormat.of(new AcceptedMedia(List.of()))).isEqualTo(ExpositionFormat.TEXT);
  }
}
