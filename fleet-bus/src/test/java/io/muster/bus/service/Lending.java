package io.muster.bus.service;

import io.vertx.core.Future;

/** A service whose answers have pages. */
interface Lending {
  Future<Pages<Book.Title>> borrow(String title);
}
