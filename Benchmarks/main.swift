try benchmarkAniSOAP()
