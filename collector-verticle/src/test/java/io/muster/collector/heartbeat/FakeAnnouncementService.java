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

/** Notes who was announced; fails with the codes it is given, one for each call. */
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
      return Future.failedFuture(new FleetException(failure, "told to fail"));
    }
    announced.add(registration);
    onAnnounce.run();
    return Future.succeededFuture();
  }
}
