package io.muster.collector.heartbeat;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.AnnouncementService;
import io.muster.schema.client.ClientRegistration;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Records the announced clients; fails with the configured codes, one for each call. */
final class FakeAnnouncementService implements AnnouncementService {
  final List<ClientRegistration> announced = new ArrayList<>();
  final Deque<Code> failures = new ArrayDeque<>();
  private Runnable onAnnounce = () -> {};

  void onAnnounce(Runnable action) {
    onAnnounce = action;
  }

  @Override
  public Future<Void> announce(ClientRegistration registration) {
    var failure = failures.poll();
    if (failure != null) {
      return Future.failedFuture(new FleetException(failure, "injected failure"));
    }
    announced.add(registration);
    onAnnounce.run();
    return Future.succeededFuture();
  }
}
