package io.muster.bus.service;

import io.vertx.core.Future;

/** A service whose answers have pages. */
interface PagedService {
  Future<Pages<RecordingPages.PagesHead>> open(String title);
}
