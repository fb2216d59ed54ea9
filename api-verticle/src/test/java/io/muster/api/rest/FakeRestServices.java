package io.muster.api.rest;

import io.muster.bus.service.HeartbeatService;
import io.muster.bus.service.HistoryService;
import io.muster.bus.service.RegistryService;
import io.muster.bus.transport.NoHead;
import io.muster.bus.transport.Pages;
import io.muster.schema.client.ClientDetail;
import io.muster.schema.client.ClientEdit;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.ClientSummary;
import io.muster.schema.client.ClientSummary.Condition;
import io.muster.schema.client.ClientSummary.Equipment;
import io.muster.schema.client.ClientTotal;
import io.muster.schema.client.RegisteredDevice;
import io.muster.schema.client.RegisteredDevice.DeviceHost;
import io.muster.schema.client.RegisteredDevice.NewestReadings;
import io.muster.schema.client.RegisteredDevicePage;
import io.muster.schema.client.RegisteredDeviceQuery;
import io.muster.schema.client.RegisteredHost;
import io.muster.schema.client.RegisteredHost.HostCondition;
import io.muster.schema.client.RegisteredHost.HostWarning;
import io.muster.schema.client.RegisteredHost.InstalledGpus;
import io.muster.schema.client.RegisteredHost.Registration;
import io.muster.schema.client.RegisteredHostPage;
import io.muster.schema.client.RegisteredHostQuery;
import io.muster.schema.history.ClientStat;
import io.muster.schema.history.DeviceSeriesQuery;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.muster.schema.history.HostSeriesQuery;
import io.muster.schema.history.MonitorDay;
import io.muster.schema.history.MonitorDay.DayTraffic;
import io.muster.schema.history.MonitorDay.MeanUsage;
import io.muster.schema.history.MonitorDay.MonitoredClient;
import io.muster.schema.history.MonitorHead;
import io.muster.schema.history.MonitorQuery;
import io.muster.schema.history.SeriesBin;
import io.muster.schema.history.SeriesHead;
import io.muster.schema.history.SeriesMetric;
import io.muster.schema.model.Model;
import io.muster.schema.model.ModelId;
import io.muster.schema.model.ModelQuery;
import io.muster.schema.model.ModelRegistration;
import io.muster.schema.state.FleetAt;
import io.muster.schema.state.FleetAtQuery;
import io.muster.schema.state.FleetEnergy;
import io.muster.schema.state.FleetEnergyQuery;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Registry and aggregator services that reply with the examples of the original document. Event bus
 * threads write their state; a test reads it after the response, which orders the two.
 */
final class FakeRestServices implements RegistryService, HistoryService, HeartbeatService {
  static final String CLIENT = "6e1131b4b9cc454aa6ce3294ab860b2d";
  static final String AT = "2025-07-29T17:55:48.826362Z";
  static final String CREATED = "2025-07-01T10:00:00.000000Z";

  private static final String FLEET =
      """
      {"v":1,"type":"state","epoch":"history","seq":0,"at":"2025-07-29T17:50:00.000000Z","host_states":["ok"],
       "gpu_states":["ok"],"hosts":[{"client_id":"6e1131b4b9cc454aa6ce3294ab860b2d","gpus":[{"memory_total_mib":81559,
       "name":"NVIDIA H100 80GB HBM3","power_limit_watts":null,"slowdown_celsius":null,"uuid":"GPU-5a1b"}],"host":"gpu-01",
       "id":1,"interval_ms":60000,"origin":"replayed"}],"values":[[1,[0,12,41],[0,87,65536,412,54]]]}\
      """;

  static final HealthPoint POINT =
      new HealthPoint(CLIENT, "GPU Server 1", AT, 45, 60, 30, 1_073_741_824L, 2_147_483_648L);

  private static final ClientSummary SUMMARY =
      new ClientSummary(
          CLIENT,
          "GPU Server 1",
          "online",
          new Equipment("Linux", "NVIDIA GeForce RTX 4090", 83),
          new Condition(45, 60, 30, 95),
          AT,
          CREATED,
          28);
  private static final MonitorDay DAY =
      new MonitorDay(
          new MonitoredClient(CLIENT, "GPU Server 1", "2025-07-01T10:00:00", "2025-07-29T17:55:48"),
          Optional.of("2025-07-29"),
          new MeanUsage(OptionalDouble.of(45.5), OptionalDouble.of(60.2), OptionalDouble.of(30.1)),
          new DayTraffic(
              Optional.of(1_073_741_824L), Optional.of(2_147_483_648L), 745_496.5, 1_490_993.0),
          Optional.of(1440),
          Optional.of(AT));

  private static final RegisteredHost HOST =
      new RegisteredHost(
          new Registration(CLIENT, "gpu-01", "12", "valid", CREATED),
          "online",
          Optional.of(AT),
          28,
          Optional.of("Linux"),
          new InstalledGpus(8, List.of("NVIDIA H100 80GB HBM3"), 535),
          new HostCondition(90, Optional.of(45), Optional.of(60), Optional.of(91)),
          List.of(new HostWarning("disk_full", Map.of("storage_percent", 91), AT)));

  private static final RegisteredDevice DEVICE =
      new RegisteredDevice(
          "GPU-5a1b",
          0,
          "NVIDIA H100 80GB HBM3",
          Optional.of(81_559),
          new DeviceHost(CLIENT, "gpu-01", "12"),
          new NewestReadings(Optional.of(85), Optional.of(75), Optional.of(72), Optional.of(350)),
          AT);

  /** Arguments of all calls, in order. */
  final List<Object> calls = new ArrayList<>();

  /** The failure of every call, if present. */
  volatile Optional<Throwable> failure = Optional.empty();

  /** The reply to a query of heartbeats. */
  volatile Pages<HealthHead, HealthPoint> healthPoints = FakePages.of(new HealthHead("raw"), POINT);

  /** Returns the reply to a query of a series with some metrics. */
  volatile Function<List<SeriesMetric>, Pages<SeriesHead, SeriesBin>> series =
      metrics -> FakePages.of(new SeriesHead(CLIENT, "gpu-01", 300, 0, 1), bin(metrics));

  /** Handles a batch of heartbeats. */
  volatile Function<HeartbeatBatch, Future<HeartbeatReceipt>> heartbeatHandler =
      batch -> Future.succeededFuture(new HeartbeatReceipt(batch.heartbeats().size(), 0, 0));

  @Override
  public Future<Void> announce(ClientRegistration registration) {
    return Future.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public Future<Void> register(ClientRegistration registration) {
    return answer(registration).mapEmpty();
  }

  @Override
  public Future<Void> edit(ClientEdit edit) {
    return answer(edit).mapEmpty();
  }

  @Override
  public Future<Pages<ClientTotal, ClientSummary>> clients(ClientQuery query) {
    return answer(query).map(ignored -> FakePages.of(new ClientTotal(5), SUMMARY));
  }

  @Override
  public Future<ClientDetail> client(ClientKey key) {
    return answer(key)
        .map(
            ignored ->
                new ClientDetail(
                    new ClientDetail.HostDetail(95, 45, 60, 30, 24_576, 28),
                    List.of(
                        new ClientDetail.DeviceDetail(
                            0, "NVIDIA GeForce RTX 4090", 72, 85, 75, 350))));
  }

  @Override
  public Future<RegisteredHostPage> hosts(RegisteredHostQuery query) {
    if (isOfMaintenanceReader(query)) {
      return Future.succeededFuture(new RegisteredHostPage(0, List.of(), Optional.empty()));
    }
    return answer(query).map(ignored -> new RegisteredHostPage(1, List.of(HOST), Optional.empty()));
  }

  @Override
  public Future<RegisteredHost> host(String idOrName) {
    return answer(idOrName).map(ignored -> HOST);
  }

  @Override
  public Future<RegisteredDevicePage> devices(RegisteredDeviceQuery query) {
    return answer(query)
        .map(ignored -> new RegisteredDevicePage(1, List.of(DEVICE), Optional.empty()));
  }

  @Override
  public Future<FleetAt> fleetAt(FleetAtQuery query) {
    return answer(query).map(ignored -> new FleetAt(FLEET));
  }

  @Override
  public Future<FleetEnergy> fleetEnergy(FleetEnergyQuery query) {
    return answer(query)
        .map(
            ignored ->
                new FleetEnergy(
                    "2025-07-29T00:00:00.000000Z", "2025-07-29T17:55:48.826362Z", 64, 1.8e9));
  }

  @Override
  public Future<Void> deleteHost(String clientId) {
    return answer(clientId).mapEmpty();
  }

  @Override
  public Future<Void> deleteModel(ModelId model) {
    return answer(model).mapEmpty();
  }

  @Override
  public Future<Void> registerModel(ModelRegistration registration) {
    return answer(registration).mapEmpty();
  }

  @Override
  public Future<Pages<NoHead, Model>> models(ModelQuery query) {
    var model =
        new Model(1, "llama-2-7b", "1.0", 1, true, Optional.of(8192), Optional.of(16), CREATED);
    return answer(query).map(ignored -> FakePages.of(NoHead.NO_HEAD, model));
  }

  @Override
  public Future<ClientStat> clientStat(String userId) {
    return answer(userId).map(ignored -> new ClientStat(10, 8, 1, 1, 830, 95));
  }

  @Override
  public Future<Pages<HealthHead, HealthPoint>> clientHealth(HealthQuery query) {
    return answer(query).map(ignored -> healthPoints);
  }

  @Override
  public Future<Pages<MonitorHead, MonitorDay>> clientMonitor(MonitorQuery query) {
    return answer(query).map(ignored -> FakePages.of(new MonitorHead(7), DAY));
  }

  @Override
  public Future<Pages<SeriesHead, SeriesBin>> deviceSeries(DeviceSeriesQuery query) {
    return answer(query).map(ignored -> series.apply(query.metrics()));
  }

  @Override
  public Future<Pages<SeriesHead, SeriesBin>> hostSeries(HostSeriesQuery query) {
    return answer(query).map(ignored -> series.apply(query.metrics()));
  }

  @Override
  public Future<HeartbeatReceipt> store(HeartbeatBatch batch) {
    return answer(batch).compose(ignored -> heartbeatHandler.apply(batch));
  }

  /** Returns a bin whose values are the numbers of their columns, except that the first is null. */
  static SeriesBin bin(List<SeriesMetric> metrics) {
    var columns = metrics.stream().mapToInt(metric -> metric.columns().size()).sum();
    return new SeriesBin(
        IntStream.range(0, columns)
            .mapToObj(i -> i == 0 ? Optional.<Number>empty() : Optional.<Number>of(i))
            .toList());
  }

  /** Every api node sends this query now and then; no request of the tests has its limit. */
  private static boolean isOfMaintenanceReader(RegisteredHostQuery query) {
    return query.filter().status().equals(Optional.of("maintenance")) && query.limit() == 500;
  }

  private Future<Object> answer(Object argument) {
    calls.add(argument);
    return failure.map(Future::failedFuture).orElseGet(() -> Future.succeededFuture(argument));
  }
}
