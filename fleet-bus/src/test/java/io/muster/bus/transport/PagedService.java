package io.muster.bus.transport;

import io.vertx.core.Future;

/** A test service that returns pages. */
interface PagedService {
  Future<Pages<RecordingPages.PagesHead, RecordingPages.NumberedRow>> open(String title);
}
