# What Start-AppEnvironment -Definition takes: two instances behind HAProxy, and a Redis for feature flags.
@{
    Name        = 'shop'
    Provider    = 'Container'
    Image       = 'shop:1.0'
    Instances   = 2
    Redis       = $true

    # On this machine: where users come in, HAProxy's runtime API, the instances, and Redis.
    Port        = 8088
    AdminPort   = 9988
    FirstPort   = 8101
    RedisPort   = 6388

    # Of each instance. Who may set its status: a password of your own belongs here, or into a secret of the engine's.
    Environment = @{ OPERATOR_PASSWORD = 'rehearsal' }
}
