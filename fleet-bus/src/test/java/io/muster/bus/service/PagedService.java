package io.muster.bus.service;

import io.vertx.core.Future;

/** A test service that returns pages. */
interface PagedService {
  Future<Pages<RecordingPages.PagesHead>> open(String title);
}
