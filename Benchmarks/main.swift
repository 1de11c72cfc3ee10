try benchmarkAniSOAP()
benchmarkGayBerne()
