package io.muster.runtime.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import io.vertx.core.Completable;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Vert.x's place in the Hazelcast cluster, with a book of what this node wrote into the shared
 * tables and of the addresses that it looked up there, so that a loss can be seen and made good.
 *
 * <p>Vert.x calls from any thread, hence the concurrent sets. What reads or writes the shared
 * tables blocks, for up to 10 s while the cluster is in disorder.
 */
final class RegistrationLedger extends HazelcastClusterManager {
  private final Set<Registration> own = ConcurrentHashMap.newKeySet();
  private final Set<String> lookedUp = ConcurrentHashMap.newKeySet();

  RegistrationLedger(Config config) {
    super(config);
  }

  @Override
  public void addRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    if (!registration.localOnly()) {
      own.add(new Registration(address, registration));
    }
    super.addRegistration(address, registration, promise);
  }

  @Override
  public void removeRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    own.remove(new Registration(address, registration));
    super.removeRegistration(address, registration, promise);
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
    lookedUp.add(address);
    super.getRegistrations(address, promise);
  }

  @Override
  public void registrationListener(RegistrationListener routes) {
    super.registrationListener(new LostRoutes(routes));
  }

  /** What this node wrote into the shared tables and is not there. Blocks. */
  List<String> missing() {
    var instance = getHazelcastInstance();
    if (!instance.getMap(MemberConfig.NODES).containsKey(getNodeId())) {
      return List.of(MemberConfig.NODES);
    }
    var table = instance.<String, HazelcastRegistrationInfo>getMultiMap(MemberConfig.SUBSCRIPTIONS);
    return own.stream()
        .filter(
            entry ->
                !table.containsEntry(
                    entry.address, new HazelcastRegistrationInfo(entry.registration)))
        .filter(own::contains) // it may have been taken back meanwhile
        .map(Registration::address)
        .sorted()
        .toList();
  }

  /** Writes everything of this node again, and forgets the routes to others. Blocks. */
  void restore() {
    stateChanged(new LifecycleEvent(LifecycleState.MERGED));
  }

  private record Registration(String address, RegistrationInfo registration) {}

  /**
   * Vert.x's own listener ignores the loss of registrations: it would send to the nodes that it
   * knew for as long as nothing changes on an address. An update without any registration makes it
   * look the address up again.
   */
  private final class LostRoutes implements RegistrationListener {
    private final RegistrationListener routes;

    LostRoutes(RegistrationListener routes) {
      this.routes = routes;
    }

    @Override
    public void registrationsUpdated(RegistrationUpdateEvent event) {
      routes.registrationsUpdated(event);
    }

    @Override
    public boolean wantsUpdatesFor(String address) {
      return routes.wantsUpdatesFor(address);
    }

    @Override
    public void registrationsLost() {
      routes.registrationsLost();
      for (var address : List.copyOf(lookedUp)) {
        lookedUp.remove(address);
        routes.registrationsUpdated(new RegistrationUpdateEvent(address, List.of()));
      }
    }
  }
}
