package io.muster.api.rest;

import io.muster.api.content.AcceptedMedia;
import io.muster.api.http.ResponseBody;
import io.muster.api.rest.contract.BadRequestException;
import io.muster.api.rest.series.SeriesColumns;
import io.muster.api.rest.series.SeriesCsv;
import io.muster.api.rest.series.SeriesFormat;
import io.muster.bus.transport.Page;
import io.muster.bus.transport.Pages;
import io.muster.schema.history.SeriesBin;
import io.muster.schema.history.SeriesHead;
import io.muster.schema.history.SeriesMetric;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * A series: as one object of JSON in the envelope, or as CSV of any length, in which each page is
 * requested when the socket has accepted the previous one.
 *
 * @param names texts by key, with which the object begins
 * @param metrics those of the bins
 */
record SeriesResponse(
    Pages<SeriesHead, SeriesBin> pages, Map<String, String> names, List<SeriesMetric> metrics)
    implements RestResponse {
  private static final int MAX_JSON_BINS = 10_000;
  private static final CharSequence CSV =
      HttpHeaders.createOptimized("text/csv; charset=utf-8; header=present");

  SeriesResponse {
    names = Map.copyOf(names);
    metrics = List.copyOf(metrics);
  }

  @Override
  public Future<Void> send(HttpServerRequest request, InstantSource clock) {
    var response = request.response();
    if (response.closed()) {
      pages.close();
      return Future.succeededFuture();
    }
    response.closeHandler(ignored -> pages.close());
    response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    return switch (SeriesFormat.of(AcceptedMedia.of(request))) {
      case JSON -> data().compose(data -> Envelope.sendSuccess(request, data, clock.instant()));
      case CSV -> sendCsv(request);
    };
  }

  /** Returns one object; fails for more bins than one object has. */
  @Override
  public Future<Buffer> data() {
    var head = pages.head();
    if (head.bins() > MAX_JSON_BINS) {
      pages.close();
      return Future.failedFuture(
          BadRequestException.of(
              "step",
              "at most " + MAX_JSON_BINS + " bins, not " + head.bins() + "; CSV may have more"));
    }
    return new SeriesColumns(pages, metrics).read(names);
  }

  private Future<Void> sendCsv(HttpServerRequest request) {
    ResponseBody.putNoStore(request.response()).putHeader(HttpHeaders.CONTENT_TYPE, CSV);
    if (request.method().equals(HttpMethod.HEAD)) {
      pages.close();
      return request.response().end();
    }
    return pages.next().compose(first -> sendLines(request, first));
  }

  private Future<Void> sendLines(HttpServerRequest request, Page<SeriesBin> first) {
    var body = new ChunkedBody(request, ChunkedBody.WRITE_TIMEOUT);
    var csv = new SeriesCsv(pages.head());
    body.write(SeriesCsv.header(metrics))
        .onSuccess(ignored -> sendLines(body, csv, first))
        .onFailure(cause -> abort(body, cause));
    return body.completion();
  }

  private void sendLines(ChunkedBody body, SeriesCsv csv, Page<SeriesBin> page) {
    if (page.isLast()) {
      body.end(csv.lines(page));
      return;
    }
    body.write(csv.lines(page))
        .compose(ignored -> pages.next())
        .onSuccess(next -> sendLines(body, csv, next))
        .onFailure(cause -> abort(body, cause));
  }

  private void abort(ChunkedBody body, Throwable cause) {
    pages.close();
    body.abort(cause);
  }
}
