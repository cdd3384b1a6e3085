namespace Alerts.Tests.Senders.Webhook;

/// <summary>
/// The boundaries of every special-purpose address range, and the forms in which an IPv6 address
/// embeds an IPv4 address.
/// </summary>
internal static class AddressTable
{
    private const string Rows =
        """
        0.0.0.0                                    private  0.0.0.0/8, first
        0.255.255.255                              private  0.0.0.0/8, last
        1.0.0.0                                    public   after 0.0.0.0/8
        10.0.0.0                                   private  10.0.0.0/8, first
        10.255.255.255                             private  10.0.0.0/8, last
        9.255.255.255                              public   before 10.0.0.0/8
        11.0.0.0                                   public   after 10.0.0.0/8
        100.64.0.0                                 private  100.64.0.0/10, first
        100.127.255.255                            private  100.64.0.0/10, last
        100.63.255.255                             public   before 100.64.0.0/10
        100.128.0.0                                public   after 100.64.0.0/10
        127.0.0.0                                  private  127.0.0.0/8, first
        127.255.255.255                            private  127.0.0.0/8, last
        126.255.255.255                            public   before 127.0.0.0/8
        128.0.0.0                                  public   after 127.0.0.0/8
        168.63.129.16                              private  168.63.129.16/32, first
        168.63.129.15                              public   before 168.63.129.16/32
        168.63.129.17                              public   after 168.63.129.16/32
        169.254.0.0                                private  169.254.0.0/16, first
        169.254.255.255                            private  169.254.0.0/16, last
        169.253.255.255                            public   before 169.254.0.0/16
        169.255.0.0                                public   after 169.254.0.0/16
        172.16.0.0                                 private  172.16.0.0/12, first
        172.31.255.255                             private  172.16.0.0/12, last
        172.15.255.255                             public   before 172.16.0.0/12
        172.32.0.0                                 public   after 172.16.0.0/12
        192.0.0.0                                  private  192.0.0.0/24, first
        192.0.0.255                                private  192.0.0.0/24, last
        191.255.255.255                            public   before 192.0.0.0/24
        192.0.1.0                                  public   after 192.0.0.0/24
        192.0.2.0                                  private  192.0.2.0/24, first
        192.0.2.255                                private  192.0.2.0/24, last
        192.0.1.255                                public   before 192.0.2.0/24
        192.0.3.0                                  public   after 192.0.2.0/24
        192.31.196.0                               private  192.31.196.0/24, first
        192.31.196.255                             private  192.31.196.0/24, last
        192.31.195.255                             public   before 192.31.196.0/24
        192.31.197.0                               public   after 192.31.196.0/24
        192.52.193.0                               private  192.52.193.0/24, first
        192.52.193.255                             private  192.52.193.0/24, last
        192.52.192.255                             public   before 192.52.193.0/24
        192.52.194.0                               public   after 192.52.193.0/24
        192.88.99.0                                private  192.88.99.0/24, first
        192.88.99.255                              private  192.88.99.0/24, last
        192.88.98.255                              public   before 192.88.99.0/24
        192.88.100.0                               public   after 192.88.99.0/24
        192.168.0.0                                private  192.168.0.0/16, first
        192.168.255.255                            private  192.168.0.0/16, last
        192.167.255.255                            public   before 192.168.0.0/16
        192.169.0.0                                public   after 192.168.0.0/16
        192.175.48.0                               private  192.175.48.0/24, first
        192.175.48.255                             private  192.175.48.0/24, last
        192.175.47.255                             public   before 192.175.48.0/24
        192.175.49.0                               public   after 192.175.48.0/24
        198.18.0.0                                 private  198.18.0.0/15, first
        198.19.255.255                             private  198.18.0.0/15, last
        198.17.255.255                             public   before 198.18.0.0/15
        198.20.0.0                                 public   after 198.18.0.0/15
        198.51.100.0                               private  198.51.100.0/24, first
        198.51.100.255                             private  198.51.100.0/24, last
        198.51.99.255                              public   before 198.51.100.0/24
        198.51.101.0                               public   after 198.51.100.0/24
        203.0.113.0                                private  203.0.113.0/24, first
        203.0.113.255                              private  203.0.113.0/24, last
        203.0.112.255                              public   before 203.0.113.0/24
        203.0.114.0                                public   after 203.0.113.0/24
        224.0.0.0                                  private  224.0.0.0/4, first
        239.255.255.255                            private  224.0.0.0/4, last
        223.255.255.255                            public   before 224.0.0.0/4
        240.0.0.0                                  private  240.0.0.0/4, first
        255.255.255.255                            private  240.0.0.0/4, last
        1.1.1.1                                    public   well known
        8.8.8.8                                    public   well known
        169.254.169.254                            private  well known
        192.168.1.1                                private  well known
        172.31.255.254                             private  well known
        ::ffff:168.63.129.16                       private  IPv4-mapped 168.63.129.16
        ::168.63.129.16                            private  IPv4-compatible 168.63.129.16
        ::ffff:0:168.63.129.16                     private  IPv4-translated 168.63.129.16
        64:ff9b::168.63.129.16                     private  NAT64 of 168.63.129.16
        2002:a83f:8110::1                          private  6to4 of 168.63.129.16
        2600:1234::5efe:168.63.129.16              private  ISATAP of 168.63.129.16
        2600:1234::200:5efe:168.63.129.16          private  ISATAP of 168.63.129.16, universal bit
        ::ffff:127.0.0.1                           private  IPv4-mapped 127.0.0.1
        ::127.0.0.1                                private  IPv4-compatible 127.0.0.1
        ::ffff:0:127.0.0.1                         private  IPv4-translated 127.0.0.1
        64:ff9b::127.0.0.1                         private  NAT64 of 127.0.0.1
        2002:7f00:1::1                             private  6to4 of 127.0.0.1
        2600:1234::5efe:127.0.0.1                  private  ISATAP of 127.0.0.1
        2600:1234::200:5efe:127.0.0.1              private  ISATAP of 127.0.0.1, universal bit
        ::ffff:10.0.0.1                            private  IPv4-mapped 10.0.0.1
        ::10.0.0.1                                 private  IPv4-compatible 10.0.0.1
        ::ffff:0:10.0.0.1                          private  IPv4-translated 10.0.0.1
        64:ff9b::10.0.0.1                          private  NAT64 of 10.0.0.1
        2002:a00:1::1                              private  6to4 of 10.0.0.1
        2600:1234::5efe:10.0.0.1                   private  ISATAP of 10.0.0.1
        2600:1234::200:5efe:10.0.0.1               private  ISATAP of 10.0.0.1, universal bit
        ::ffff:169.254.169.254                     private  IPv4-mapped 169.254.169.254
        ::169.254.169.254                          private  IPv4-compatible 169.254.169.254
        ::ffff:0:169.254.169.254                   private  IPv4-translated 169.254.169.254
        64:ff9b::169.254.169.254                   private  NAT64 of 169.254.169.254
        2002:a9fe:a9fe::1                          private  6to4 of 169.254.169.254
        2600:1234::5efe:169.254.169.254            private  ISATAP of 169.254.169.254
        2600:1234::200:5efe:169.254.169.254        private  ISATAP of 169.254.169.254, universal bit
        ::ffff:192.168.0.1                         private  IPv4-mapped 192.168.0.1
        ::192.168.0.1                              private  IPv4-compatible 192.168.0.1
        ::ffff:0:192.168.0.1                       private  IPv4-translated 192.168.0.1
        64:ff9b::192.168.0.1                       private  NAT64 of 192.168.0.1
        2002:c0a8:1::1                             private  6to4 of 192.168.0.1
        2600:1234::5efe:192.168.0.1                private  ISATAP of 192.168.0.1
        2600:1234::200:5efe:192.168.0.1            private  ISATAP of 192.168.0.1, universal bit
        ::ffff:100.64.0.1                          private  IPv4-mapped 100.64.0.1
        ::100.64.0.1                               private  IPv4-compatible 100.64.0.1
        ::ffff:0:100.64.0.1                        private  IPv4-translated 100.64.0.1
        64:ff9b::100.64.0.1                        private  NAT64 of 100.64.0.1
        2002:6440:1::1                             private  6to4 of 100.64.0.1
        2600:1234::5efe:100.64.0.1                 private  ISATAP of 100.64.0.1
        2600:1234::200:5efe:100.64.0.1             private  ISATAP of 100.64.0.1, universal bit
        ::ffff:8.8.8.8                             public   IPv4-mapped 8.8.8.8
        ::8.8.8.8                                  private  IPv4-compatible 8.8.8.8
        ::ffff:0:8.8.8.8                           private  IPv4-translated 8.8.8.8
        64:ff9b::8.8.8.8                           public   NAT64 of 8.8.8.8
        2002:808:808::1                            public   6to4 of 8.8.8.8
        2600:1234::5efe:8.8.8.8                    public   ISATAP of 8.8.8.8
        2600:1234::200:5efe:8.8.8.8                public   ISATAP of 8.8.8.8, universal bit
        ::ffff:1.1.1.1                             public   IPv4-mapped 1.1.1.1
        ::1.1.1.1                                  private  IPv4-compatible 1.1.1.1
        ::ffff:0:1.1.1.1                           private  IPv4-translated 1.1.1.1
        64:ff9b::1.1.1.1                           public   NAT64 of 1.1.1.1
        2002:101:101::1                            public   6to4 of 1.1.1.1
        2600:1234::5efe:1.1.1.1                    public   ISATAP of 1.1.1.1
        2600:1234::200:5efe:1.1.1.1                public   ISATAP of 1.1.1.1, universal bit
        ::                                         private  unspecified
        ::1                                        private  loopback
        64:ff9b:1::1                               private  local NAT64
        64:ff9b:1::8.8.8.8                         private  local NAT64
        100::1                                     private  discard only
        100:0:0:1::1                               private  dummy prefix
        1fff:ffff::1                               private  before global unicast
        2000::1                                    public   first of global unicast
        2001::1                                    private  Teredo
        2001:1ff:ffff::1                           private  last of the protocol assignments
        2001:200::1                                public   after them
        2001:db8::1                                private  documentation
        2001:db7:ffff::1                           public   before it
        2001:db9::1                                public   after it
        2001:4860:4860::8888                       public   public resolver
        2606:4700:4700::1111                       public   public resolver
        2620:4f:8000::1                            private  AS112
        2620:4f:7fff::1                            public   before it
        2620:4f:8001::1                            public   after it
        2a00::1                                    public   RIPE
        3ffe:ffff::1                               public   before documentation
        3fff::1                                    private  documentation
        3fff:fff:ffff::1                           private  last of it
        3fff:1000::1                               public   after it
        4000::1                                    private  not given out
        5f00::1                                    private  segment routing
        fbff::1                                    private  not given out
        fc00::1                                    private  unique local
        fdff:ffff::1                               private  unique local
        fe80::1                                    private  link local
        febf::1                                    private  link local
        fec0::1                                    private  site local
        ff02::1                                    private  multicast
        ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff    private  last of all
        """;

    /// <summary>The addresses, each with whether it is private and why.</summary>
    public static TheoryData<string, bool, string> All
    {
        get
        {
            var all = new TheoryData<string, bool, string>();
            foreach (var row in Rows.Split('\n'))
            {
                var parts = row.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                all.Add(parts[0], parts[1] == "private", parts[2]);
            }

            return all;
        }
    }
}
